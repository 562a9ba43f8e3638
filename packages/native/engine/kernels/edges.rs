//! Every family of kernels at the edges of the memory. Each operand in turn lies at the very end of an allocation, where
//! AddressSanitizer and Miri see a read or a write beyond it, and all lie at odd places; what is computed must be the same
//! in all of these layouts, and near to a naive loop.

use crate::arguments::{Arguments, Work};
use crate::kernels::KERNELS;
use crate::memory::{ARGUMENTS, Memory};
use crate::pool::Pool;

/// Nobody's numbers lie below.
const START: usize = 65536;
const GUARD: u8 = 0xa5;

/// The operands after `kernel` has run on them. `arguments` takes their pointers.
fn run(kernel: &str, operands: &[Vec<u8>], arguments: impl Fn(&[usize]) -> Vec<f64>, parts: usize) -> Vec<Vec<u8>> {
    let (_, kernel) = KERNELS.iter().find(|(name, _)| *name == kernel).unwrap();
    let mut results = Vec::new();
    for last in 0..operands.len() {
        let order = (0..operands.len()).filter(|&i| i != last).chain([last]);
        let mut places = vec![0; operands.len()];
        let mut end = START + 8;
        for i in order {
            places[i] = end;
            // Eight bytes apart, so that nothing but float64 is aligned.
            end += operands[i].len().next_multiple_of(8) + 8;
        }
        // The last one is moved up to the end, which is that of the allocation.
        end = places[last] + operands[last].len();
        let mut bytes = vec![GUARD; end].into_boxed_slice();
        // What `Memory` has to be: a memory whose float64 are aligned.
        assert!(bytes.as_ptr() as usize % 8 == 0);
        let mut owned = vec![false; end];
        for (place, operand) in places.iter().zip(operands) {
            bytes[*place..][..operand.len()].copy_from_slice(operand);
            owned[*place..][..operand.len()].fill(true);
        }
        for (i, value) in arguments(&places).iter().enumerate() {
            bytes[ARGUMENTS + 8 * i..][..8].copy_from_slice(&value.to_ne_bytes());
        }
        let memory = unsafe { Memory::new(bytes.as_mut_ptr(), end) };
        let work: Work = kernel(&Arguments {
            memory: &memory,
            parts,
            threads: 2,
        })
        .unwrap();
        Pool::new().run(work.parts, 2, &*work.part).unwrap();
        let intact = (START..end).all(|i| owned[i] || bytes[i] == GUARD);
        assert!(intact, "something is written beside the operands");
        results.push(
            places
                .iter()
                .zip(operands)
                .map(|(place, operand)| bytes[*place..][..operand.len()].to_vec())
                .collect::<Vec<_>>(),
        );
    }
    assert!(
        results.iter().all(|result| *result == results[0]),
        "the place of operands changes the results"
    );
    results.swap_remove(0)
}

/// Numbers in [−1, 1) that repeat.
fn numbers(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2654435761).wrapping_add(1);
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            state as i32 as f32 / 2f32.powi(31)
        })
        .collect()
}

fn of_f32(x: &[f32]) -> Vec<u8> {
    x.iter().flat_map(|x| x.to_ne_bytes()).collect()
}

fn of_f64(x: &[f64]) -> Vec<u8> {
    x.iter().flat_map(|x| x.to_ne_bytes()).collect()
}

fn of_i32(x: &[i32]) -> Vec<u8> {
    x.iter().flat_map(|x| x.to_ne_bytes()).collect()
}

fn to_f32(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(4)
        .map(|x| f32::from_ne_bytes(x.try_into().unwrap()))
        .collect()
}

fn to_f64(bytes: &[u8]) -> Vec<f64> {
    bytes
        .chunks_exact(8)
        .map(|x| f64::from_ne_bytes(x.try_into().unwrap()))
        .collect()
}

fn near(got: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let error = (f64::from(*got) - expected).abs();
        assert!(
            error <= tolerance * (1.0 + expected.abs()),
            "at {i}: {got} instead of {expected}"
        );
    }
}

/// Sizes around the lengths of vectors and blocks, and none.
const SIZES: [usize; 9] = [0, 1, 3, 7, 16, 17, 33, 100, 259];

const BFLOAT16: f64 = 1.0;
const FLOAT16: f64 = 2.0;

#[test]
fn products_of_picked_rows() {
    for features in SIZES {
        for (count, units) in [(0, 3), (1, 1), (2, 6), (5, 10), (9, 5), (4, 0)] {
            for kind in [0.0, BFLOAT16, FLOAT16] {
                let total = 6;
                let z = numbers(total * features, 1);
                // Numbers of few bits, which 16 bits hold too.
                let z: Vec<f32> = z.iter().map(|x| (x * 64.0).round() / 64.0).collect();
                let kept = if kind == 0.0 {
                    of_f32(&z)
                } else {
                    let half = [of_f32(&z), vec![0; 2 * z.len()]];
                    let to = |p: &[usize]| vec![p[0] as f64, p[1] as f64, z.len() as f64, kind];
                    run("toHalf", &half, to, 2).swap_remove(1)
                };
                let rows: Vec<i32> = (0..count).map(|i| (i * 5 % total) as i32).collect();
                let (w, bias) = (numbers(units * features, 2), numbers(units, 3));
                let g = numbers(count * units, 4);
                let at = |r: usize, d: usize| f64::from(z[rows[r] as usize * features + d]);

                let operands = [
                    kept.clone(),
                    of_i32(&rows),
                    of_f32(&w),
                    of_f32(&bias),
                    vec![0; 4 * count * units],
                ];
                let size = |n: usize| n as f64;
                let arguments = |p: &[usize]| {
                    let [z, rows, w, bias, out] = [0, 1, 2, 3, 4].map(|i| p[i] as f64);
                    let (ld, ldw) = (size(features), size(features));
                    vec![
                        z,
                        ld,
                        rows,
                        size(count),
                        ld,
                        w,
                        ldw,
                        size(units),
                        bias,
                        out,
                        size(units),
                        0.0,
                        kind,
                    ]
                };
                let scores = (0..count * units).map(|i| {
                    let (r, u) = (i / units, i % units);
                    let dot: f64 = (0..features).map(|d| at(r, d) * f64::from(w[u * features + d])).sum();
                    dot + f64::from(bias[u])
                });
                let got = run("rowsProduct", &operands, arguments, 3);
                near(&to_f32(&got[4]), &scores.collect::<Vec<_>>(), 1e-5);

                let operands = [kept, of_i32(&rows), of_f32(&g), vec![0; 4 * units * features]];
                let arguments = |p: &[usize]| {
                    let [z, rows, g, out] = [0, 1, 2, 3].map(|i| p[i] as f64);
                    let ld = size(features);
                    vec![
                        z,
                        ld,
                        rows,
                        size(count),
                        ld,
                        g,
                        size(units),
                        size(units),
                        out,
                        ld,
                        0.0,
                        kind,
                    ]
                };
                let gradient = (0..units * features).map(|i| {
                    let (u, d) = (i / features, i % features);
                    (0..count).map(|r| f64::from(g[r * units + u]) * at(r, d)).sum()
                });
                let got = run("rowsTransposedProduct", &operands, arguments, 3);
                near(&to_f32(&got[3]), &gradient.collect::<Vec<_>>(), 1e-5);
            }
        }
    }
}

#[test]
fn conversions_to_16_bits_and_back() {
    for n in SIZES {
        for (kind, precision) in [(BFLOAT16, 2f64.powi(-8)), (FLOAT16, 2f64.powi(-11))] {
            let x = numbers(n, 5);
            let convert = |p: &[usize]| vec![p[0] as f64, p[1] as f64, n as f64, kind];
            let half = run("toHalf", &[of_f32(&x), vec![0; 2 * n]], convert, 3).swap_remove(1);
            let back = run("fromHalf", &[half, vec![0; 4 * n]], convert, 3).swap_remove(1);
            near(
                &to_f32(&back),
                &x.iter().map(|x| f64::from(*x)).collect::<Vec<_>>(),
                precision,
            );
        }
    }
}

#[test]
fn steps_of_optimizers() {
    for n in SIZES {
        let [w, g, m] = [6, 7, 8].map(|seed| numbers(n, seed));
        let v: Vec<f32> = numbers(n, 9).iter().map(|v| v.abs()).collect();
        let (rate, correction, epsilon, l2) = (0.1, 0.5, 1e-3, 0.25);
        let operands = [&w, &g, &m, &v].map(|x| of_f32(x));
        let arguments = |p: &[usize]| {
            let mut all: Vec<_> = p.iter().map(|p| *p as f64).collect();
            all.extend([n as f64, rate, correction, epsilon, 0.75, 0.25, 0.5, 0.5, l2]);
            all
        };
        let step = (0..n).map(|i| {
            let [w, g, m, v] = [&w, &g, &m, &v].map(|x| f64::from(x[i]));
            let g = g + l2 * w;
            let (m, v) = (0.75 * m + 0.25 * g, 0.5 * v + 0.5 * g * g);
            w - rate * m / (correction * v.sqrt() + epsilon)
        });
        let got = run("adam", &operands, arguments, 3);
        near(&to_f32(&got[0]), &step.collect::<Vec<_>>(), 1e-5);

        for (nesterov, velocity) in [(0.0, true), (1.0, true), (0.0, false)] {
            let arguments = |p: &[usize]| {
                let velocity = if velocity { p[2] as f64 } else { 0.0 };
                vec![p[0] as f64, p[1] as f64, velocity, n as f64, rate, 0.5, nesterov, l2]
            };
            let step = (0..n).map(|i| {
                let [w, g, m] = [&w, &g, &m].map(|x| f64::from(x[i]));
                let g = g + l2 * w;
                let speed = if velocity { 0.5 * m + g } else { g };
                w - rate * (if nesterov == 1.0 { 0.5 * speed + g } else { speed })
            });
            let got = run("descend", &operands[..3], arguments, 3);
            near(&to_f32(&got[0]), &step.collect::<Vec<_>>(), 1e-5);
        }
    }
}

#[test]
fn small_moves_and_sums() {
    for n in SIZES {
        let (a, b) = (numbers(n, 10), numbers(n, 11));
        let sums: Vec<_> = (0..n).map(|i| f64::from(a[i]) + f64::from(b[i])).collect();
        let arguments = |p: &[usize]| vec![p[0] as f64, p[1] as f64, p[2] as f64, n as f64];
        let got = run("add", &[of_f32(&a), of_f32(&b), vec![0; 4 * n]], arguments, 3);
        near(&to_f32(&got[2]), &sums, 1e-6);

        // Two rows of n numbers, of which the second begins one number later.
        let ld = n + 1;
        let x = numbers(if n == 0 { 0 } else { ld + n }, 12);
        let before: Vec<f64> = (0..2 * n).map(|i| i as f64).collect();
        let arguments = |p: &[usize]| {
            let sizes = [2, n, ld, n].map(|n| n as f64);
            [&[p[0] as f64, p[1] as f64][..], &sizes, &[1.0]].concat()
        };
        let expected: Vec<_> = (0..2 * n)
            .map(|i| before[i] + f64::from(x[i / n * ld + i % n]))
            .collect();
        let got = run("addTo64", &[of_f32(&x), of_f64(&before)], arguments, 3);
        assert_eq!(to_f64(&got[1]), expected);

        let bytes = if n == 0 { 0 } else { 4 * (ld + n) };
        let arguments = |p: &[usize]| {
            let sizes = [2, 4 * n, 4 * ld, 4 * n].map(|n| n as f64);
            [&[p[0] as f64, p[1] as f64][..], &sizes].concat()
        };
        let moved: Vec<_> = (0..2 * n).map(|i| x[i / n * ld + i % n]).collect();
        let got = run("copyRows", &[of_f32(&x[..bytes / 4]), vec![0; 8 * n]], arguments, 3);
        assert_eq!(to_f32(&got[1]), moved);
    }
}

#[test]
fn products_of_few_columns() {
    for features in SIZES {
        for (count, units) in [(0, 2), (1, 1), (6, 7), (11, 12)] {
            let (z, g) = (numbers(count * features, 13), numbers(count * units, 14));
            let operands = [of_f32(&z), of_f32(&g), vec![0; 4 * features * units]];
            let arguments = |p: &[usize]| {
                let [count, features, units] = [count, features, units].map(|n| n as f64);
                let [z, g, out] = [0, 1, 2].map(|i| p[i] as f64);
                vec![z, features, count, features, g, units, units, out, units]
            };
            let expected = (0..features * units).map(|i| {
                let (d, u) = (i / units, i % units);
                let product = |r: usize| f64::from(z[r * features + d]) * f64::from(g[r * units + u]);
                (0..count).map(product).sum()
            });
            let got = run("narrowTransposed", &operands, arguments, 3);
            near(&to_f32(&got[2]), &expected.collect::<Vec<_>>(), 1e-5);
        }
    }
}
