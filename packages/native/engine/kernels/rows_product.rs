//! A linear model over picked rows: scores, and the gradient of its weights. Features may have 16 bits; they are widened
//! where they are loaded, and all sums are float32.

use pulp::{Simd, WithSimd};

use super::half::{Bfloat16, Feature, Float16, by_type};
use super::tiles::prefetch;
use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::dispatch;

/// Features in a block: what is read repeatedly stays in the first cache.
const FEATURES: usize = 256;

/// The rows of a matrix that are picked by index, or all in order.
#[derive(Clone, Copy)]
struct Picked<F: Feature> {
    z: Matrix<F>,
    rows: Option<Matrix<i32>>,
}

impl<F: Feature> Picked<F> {
    /// Arguments 0 to 2: z, ldz, rows or 0. Every index is checked.
    fn new(arguments: &Arguments, count: usize, features: usize) -> Result<Self, String> {
        let ld = arguments.size(1)?;
        let Some(rows) = arguments.optional::<i32>(2, count)? else {
            return Ok(Picked {
                z: arguments.matrix(0, count, features, ld)?,
                rows: None,
            });
        };
        let (mut least, mut most) = (0, 0);
        for &row in rows.slice(0, count).iter() {
            least = least.min(row);
            most = most.max(row);
        }
        if least < 0 {
            return Err(format!("row {least} is picked"));
        }
        let all = if count == 0 { 0 } else { most as usize + 1 };
        Ok(Picked {
            z: arguments.matrix(0, all, features, ld)?,
            rows: Some(rows),
        })
    }

    /// Where number `j` of picked row `r` lies.
    #[inline(always)]
    fn at(&self, r: usize, j: usize) -> *const F {
        let row = match self.rows {
            Some(rows) => unsafe { *rows.at(0, r) as usize },
            None => r,
        };
        self.z.at(row, j)
    }
}

#[inline(always)]
unsafe fn store<S: Simd>(simd: S, at: *mut f32, n: usize, value: S::f32s) {
    unsafe {
        if n >= S::F32_LANES {
            at.cast::<S::f32s>().write_unaligned(value);
        } else {
            simd.partial_store_f32s(std::slice::from_raw_parts_mut(at, n), value);
        }
    }
}

/// out[r][u] = Σ_d z[rows[r]][d]·w[u][d] + bias[u]. Arguments: z, ldz, rows or 0, count, features, w, ldw, units, bias
/// or 0, out, ldout, scratch for WebAssembly, type of z.
pub fn rows_product(arguments: &Arguments) -> Result<Work, String> {
    by_type!(arguments.size(12)?, scores_of(arguments))
}

fn scores_of<F: Feature>(arguments: &Arguments) -> Result<Work, String> {
    let (count, features, units) = (arguments.size(3)?, arguments.size(4)?, arguments.size(7)?);
    let z = Picked::<F>::new(arguments, count, features)?;
    let w = arguments.matrix::<f32>(5, units, features, arguments.size(6)?)?;
    let bias = arguments.optional::<f32>(8, units)?;
    let out = arguments.matrix::<f32>(9, count, units, arguments.size(10)?)?;
    Ok(arguments.in_parts(move |part, parts| {
        let (first, last) = (cut(count, part, parts, 4), cut(count, part + 1, parts, 4));
        dispatch(Scores {
            z,
            w,
            bias,
            out,
            first,
            last,
            features,
            units,
        });
    }))
}

struct Scores<F: Feature> {
    z: Picked<F>,
    w: Matrix<f32>,
    bias: Option<Matrix<f32>>,
    out: Matrix<f32>,
    first: usize,
    last: usize,
    features: usize,
    units: usize,
}

impl<F: Feature> WithSimd for Scores<F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Scores { first, last, units, .. } = self;
        let mut r = first;
        while r < last {
            // Four rows by five units are twenty sums, which 32 registers hold; 16 hold two rows.
            let rows = if S::REGISTER_COUNT >= 32 && last - r >= 4 {
                4
            } else {
                (last - r).min(2)
            };
            let mut u = 0;
            while u < units {
                let width = match units - u {
                    6 => 3,
                    5.. => 5,
                    3.. => 3,
                    _ => 1,
                };
                match (rows, width) {
                    (4, 5) => self.tile::<S, 4, 5>(simd, r, u),
                    (4, 3) => self.tile::<S, 4, 3>(simd, r, u),
                    (4, _) => self.tile::<S, 4, 1>(simd, r, u),
                    (2, 5) => self.tile::<S, 2, 5>(simd, r, u),
                    (2, 3) => self.tile::<S, 2, 3>(simd, r, u),
                    (2, _) => self.tile::<S, 2, 1>(simd, r, u),
                    (_, 5) => self.tile::<S, 1, 5>(simd, r, u),
                    (_, 3) => self.tile::<S, 1, 3>(simd, r, u),
                    _ => self.tile::<S, 1, 1>(simd, r, u),
                }
                u += width;
            }
            r += rows;
        }
    }
}

impl<F: Feature> Scores<F> {
    #[inline(always)]
    fn tile<S: Simd, const R: usize, const U: usize>(&self, simd: S, r: usize, u: usize) {
        let mut sums = [[simd.splat_f32s(0.0); U]; R];
        // The next rows come while these are multiplied: picked ones lie where no machine looks by itself.
        let ahead: [_; R] = std::array::from_fn(|i| self.z.at((r + R + i).min(self.last - 1), 0));
        let z: [_; R] = std::array::from_fn(|i| self.z.at(r + i, 0));
        let w: [_; U] = std::array::from_fn(|j| self.w.at(u + j, 0).cast_const());
        let mut d = 0;
        while d < self.features {
            let n = self.features - d;
            // No closure: one that is not inlined cannot use the vectors.
            let mut x = [simd.splat_f32s(0.0); R];
            for i in 0..R {
                x[i] = unsafe { F::load(simd, z[i].wrapping_add(d), n) };
            }
            if u == 0 {
                (0..R).for_each(|i| prefetch::<_, 2>(ahead[i].wrapping_add(d), S::F32_LANES));
            }
            for j in 0..U {
                let y = unsafe { f32::load(simd, w[j].wrapping_add(d), n) };
                for i in 0..R {
                    sums[i][j] = simd.mul_add_f32s(x[i], y, sums[i][j]);
                }
            }
            d += S::F32_LANES;
        }
        for i in 0..R {
            for j in 0..U {
                let bias = self.bias.map_or(0.0, |bias| unsafe { *bias.at(0, u + j) });
                unsafe { *self.out.at(r + i, u + j) = simd.reduce_sum_f32s(sums[i][j]) + bias };
            }
        }
    }
}

/// out[u][d] = Σ_r g[r][u]·z[rows[r]][d]. Arguments: z, ldz, rows or 0, count, features, g, ldg, units, out, ldout, scratch
/// for WebAssembly, type of z.
pub fn rows_transposed_product(arguments: &Arguments) -> Result<Work, String> {
    by_type!(arguments.size(11)?, gradient_of(arguments))
}

fn gradient_of<F: Feature>(arguments: &Arguments) -> Result<Work, String> {
    let (count, features, units) = (arguments.size(3)?, arguments.size(4)?, arguments.size(7)?);
    let z = Picked::<F>::new(arguments, count, features)?;
    let g = arguments.matrix::<f32>(5, count, units, arguments.size(6)?)?;
    let out = arguments.matrix::<f32>(8, units, features, arguments.size(9)?)?;
    Ok(arguments.in_parts(move |part, parts| {
        let share = (cut(features, part, parts, 16), cut(features, part + 1, parts, 16));
        gradient((z, g, count, units), share, |first, length, block| {
            for u in 0..units {
                out.from(u, first)
                    .slice(0, length)
                    .copy_from_slice(&block[u * FEATURES..][..length]);
            }
        });
    }))
}

/// Σ_r g[r][u]·z[rows[r]][d] for a share of the features, block by block. A block is summed where its lines lie apart in
/// the first cache: those of rows with 2^n features do not.
fn gradient<F: Feature>(
    (z, g, count, units): (Picked<F>, Matrix<f32>, usize, usize),
    (mut first, last): (usize, usize),
    mut take: impl FnMut(usize, usize, &[f32]),
) {
    let mut block = vec![0.0; units * FEATURES];
    while first < last {
        let length = FEATURES.min(last - first);
        dispatch(Gradient {
            z,
            g,
            out: Matrix::of(&mut block, FEATURES),
            count,
            units,
            first,
            length,
        });
        take(first, length, &block);
        first += length;
    }
}

/// out[d][u] = Σ_r z[r][d]·g[r][u]: blocks of the transposed product, each turned while it is in the first cache.
/// Arguments: z, ldz, count, features, g, ldg, units, out, ldout.
pub fn narrow_transposed(arguments: &Arguments) -> Result<Work, String> {
    let (count, features, units) = (arguments.size(2)?, arguments.size(3)?, arguments.size(6)?);
    let z = Picked::<f32> {
        z: arguments.matrix(0, count, features, arguments.size(1)?)?,
        rows: None,
    };
    let g = arguments.matrix::<f32>(4, count, units, arguments.size(5)?)?;
    let out = arguments.matrix::<f32>(7, features, units, arguments.size(8)?)?;
    Ok(arguments.in_parts(move |part, parts| {
        let share = (cut(features, part, parts, 16), cut(features, part + 1, parts, 16));
        gradient((z, g, count, units), share, |first, length, block| {
            for d in 0..length {
                for u in 0..units {
                    unsafe { *out.at(first + d, u) = block[u * FEATURES + d] };
                }
            }
        });
    }))
}

/// A block of `length` features from `first` on; its results go to `out` from column 0 on.
struct Gradient<F: Feature> {
    z: Picked<F>,
    g: Matrix<f32>,
    out: Matrix<f32>,
    count: usize,
    units: usize,
    first: usize,
    length: usize,
}

impl<F: Feature> WithSimd for Gradient<F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Gradient {
            count, units, length, ..
        } = self;
        for u in 0..units {
            self.out.slice(u, length).fill(0.0);
        }
        let mut r = 0;
        while r < count {
            // The factors of four rows by five units are twenty registers, by two units eight.
            let rows = if count - r >= 4 { 4 } else { 1 };
            let mut u = 0;
            while u < units {
                let width = match units - u {
                    6 => 3,
                    5.. if S::REGISTER_COUNT >= 32 => 5,
                    3..=4 if S::REGISTER_COUNT >= 32 => 3,
                    2.. => 2,
                    _ => 1,
                };
                match (rows, width) {
                    (4, 5) => self.outer::<S, 4, 5>(simd, r, u),
                    (4, 3) => self.outer::<S, 4, 3>(simd, r, u),
                    (4, 2) => self.outer::<S, 4, 2>(simd, r, u),
                    (4, _) => self.outer::<S, 4, 1>(simd, r, u),
                    (_, 5) => self.outer::<S, 1, 5>(simd, r, u),
                    (_, 3) => self.outer::<S, 1, 3>(simd, r, u),
                    (_, 2) => self.outer::<S, 1, 2>(simd, r, u),
                    _ => self.outer::<S, 1, 1>(simd, r, u),
                }
                u += width;
            }
            r += rows;
        }
    }
}

impl<F: Feature> Gradient<F> {
    /// `R` rows times `U` units, added to out.
    #[inline(always)]
    fn outer<S: Simd, const R: usize, const U: usize>(&self, simd: S, r: usize, u: usize) {
        let z: [_; R] = std::array::from_fn(|i| self.z.at(r + i, self.first));
        let g: [[_; U]; R] =
            std::array::from_fn(|i| std::array::from_fn(|j| simd.splat_f32s(unsafe { *self.g.at(r + i, u + j) })));
        let out: [_; U] = std::array::from_fn(|j| self.out.at(u + j, 0));
        let mut d = 0;
        while d < self.length {
            let n = self.length - d;
            let mut sums: [_; U] = std::array::from_fn(|j| unsafe { f32::load(simd, out[j].wrapping_add(d), n) });
            for i in 0..R {
                let x = unsafe { F::load(simd, z[i].wrapping_add(d), n) };
                for j in 0..U {
                    sums[j] = simd.mul_add_f32s(x, g[i][j], sums[j]);
                }
            }
            for j in 0..U {
                unsafe { store(simd, out[j].wrapping_add(d), n, sums[j]) };
            }
            d += S::F32_LANES;
        }
    }
}
