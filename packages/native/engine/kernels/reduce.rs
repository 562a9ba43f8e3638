//! Sums, maxima and minima of float32. A sum is kept in float64 until it is stored; NaN wins.

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

const SUM: usize = 0;
const MAX: usize = 1;
/// Results that the compiler keeps in vectors.
const LANES: usize = 32;

fn operation(arguments: &Arguments) -> Result<usize, String> {
    match arguments.size(0)? {
        op @ 0..=2 => Ok(op),
        op => Err(format!("there is no reduction {op}")),
    }
}

/// out[o][i] = the reduction of x[o][r][i] over r. Arguments: op (of simd's `Reduction`), x, out, outer, reduced, inner,
/// factor of sums.
pub fn reduce(arguments: &Arguments) -> Result<Work, String> {
    let op = operation(arguments)?;
    let [outer, reduced, inner] = [3, 4, 5].map(|i| arguments.size(i));
    let (outer, reduced, inner) = (outer?, reduced?, inner?);
    let scale = arguments.f64(6);
    let rows = outer.checked_mul(reduced).ok_or("the sizes are too large")?;
    let x = arguments.matrix::<f32>(1, rows, inner, inner)?;
    let out = arguments.matrix::<f32>(2, outer, inner, inner)?;
    Ok(arguments.in_parts(move |part, parts| {
        // A few wide slabs are cut by columns.
        let across = outer < parts;
        let share = |n, unit| (cut(n, part, parts, unit), cut(n, part + 1, parts, unit));
        let (first, last) = if across { (0, outer) } else { share(outer, 1) };
        let (start, end) = if across { share(inner, 16) } else { (0, inner) };
        for o in first..last {
            let slab = x.from(o * reduced, 0);
            if inner == 1 {
                let mut value = [0.0];
                line(op, slab, reduced, &mut value);
                let factor = if op == SUM { scale } else { 1.0 };
                unsafe { *out.at(o, 0) = (value[0] * factor) as f32 };
                continue;
            }
            for from in (start..end).step_by(LANES) {
                let width = (end - from).min(LANES);
                columns(
                    op,
                    slab.from(0, from),
                    reduced,
                    out.from(o, from).slice(0, width),
                    scale,
                );
            }
        }
    }))
}

/// The reduction of each piece, float64. Arguments: op, x, out, n, numbers in a piece.
pub fn reduce_pieces(arguments: &Arguments) -> Result<Work, String> {
    let op = operation(arguments)?;
    let (n, piece) = (arguments.size(3)?, arguments.size(4)?.max(1));
    let pieces = n.div_ceil(piece);
    let x = arguments.vector::<f32>(1, n)?;
    let out = arguments.vector::<f64>(2, pieces)?;
    Ok(arguments.in_parts(move |part, parts| {
        for c in cut(pieces, part, parts, 1)..cut(pieces, part + 1, parts, 1) {
            let start = c * piece;
            line(op, x.from(0, start), piece.min(n - start), out.from(0, c).slice(0, 1));
        }
    }))
}

vectorized! {
    /// out[0] = the reduction of n numbers side by side.
    pub fn line(op: usize, x: Matrix<f32>, n: usize, out: &mut [f64]) {
        let x = x.slice(0, n);
        out[0] = if op == SUM {
            sum(x)
        } else if op == MAX {
            extreme(x, f32::NEG_INFINITY, |x, best| x > best)
        } else {
            extreme(x, f32::INFINITY, |x, best| x < best)
        };
    }
}

#[inline(always)]
fn sum(x: &[f32]) -> f64 {
    let mut sums = [0.0; LANES];
    let (whole, rest) = x.as_chunks::<LANES>();
    for chunk in whole {
        sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    sums.iter_mut().zip(rest).for_each(|(sum, x)| *sum += f64::from(*x));
    sums.into_iter().sum()
}

#[inline(always)]
fn extreme(x: &[f32], least: f32, better: impl Fn(f32, f32) -> bool) -> f64 {
    let mut best = [least; LANES];
    let mut odd = 0;
    let (whole, rest) = x.as_chunks::<LANES>();
    for chunk in whole {
        for (best, &x) in best.iter_mut().zip(chunk) {
            *best = if better(x, *best) { x } else { *best };
            odd |= u32::from(x.is_nan());
        }
    }
    for (best, &x) in best.iter_mut().zip(rest) {
        *best = if better(x, *best) { x } else { *best };
        odd |= u32::from(x.is_nan());
    }
    if odd != 0 {
        return f64::NAN;
    }
    let all = best.into_iter().fold(least, |a, b| if better(b, a) { b } else { a });
    f64::from(all)
}

vectorized! {
    /// The reductions of up to `LANES` columns.
    pub fn columns(op: usize, x: Matrix<f32>, reduced: usize, out: &mut [f32], scale: f64) {
        if op == SUM {
            let mut sums = [0.0; LANES];
            for r in 0..reduced {
                let row = x.slice(r, out.len());
                sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
            }
            out.iter_mut().zip(sums).for_each(|(out, sum)| *out = (sum * scale) as f32);
        } else if op == MAX {
            extremes(x, reduced, out, |x, best| x > best);
        } else {
            extremes(x, reduced, out, |x, best| x < best);
        }
    }
}

#[inline(always)]
fn extremes(x: Matrix<f32>, reduced: usize, out: &mut [f32], better: impl Fn(f32, f32) -> bool) {
    let mut best = [0.0f32; LANES];
    best.iter_mut()
        .zip(x.slice(0, out.len()))
        .for_each(|(best, x)| *best = *x);
    for r in 1..reduced {
        let row = x.slice(r, out.len());
        for (best, &x) in best.iter_mut().zip(row.iter()) {
            // What is NaN stays NaN.
            *best = if better(x, *best) || x.is_nan() { x } else { *best };
        }
    }
    out.iter_mut().zip(best).for_each(|(out, best)| *out = best);
}
