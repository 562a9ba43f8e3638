//! Sums of absolute differences.

use pulp::{Simd, WithSimd};

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::dispatch;

/// Rows of x that are summed together, with two vectors of columns of y: the sums stay in registers.
const ROWS: usize = 4;
/// Columns of y in a block: two of the longest vectors.
const BLOCK: usize = 32;

/// out[i][j] = Σ_k |x[i][k] − y[k][j]|. Rows of y are read in blocks of 32 columns: what stands behind the last column
/// counts for nothing. Arguments: x, y, out, rows of x, columns of y, depth, ldx, ldy, ldout.
pub fn manhattan(arguments: &Arguments) -> Result<Work, String> {
    let (m, n, depth) = (arguments.size(3)?, arguments.size(4)?, arguments.size(5)?);
    let x = arguments.matrix::<f32>(0, m, depth, arguments.size(6)?)?;
    let y = arguments.matrix::<f32>(1, depth, n.next_multiple_of(BLOCK), arguments.size(7)?)?;
    let out = arguments.matrix::<f32>(2, m, n, arguments.size(8)?)?;
    Ok(arguments.in_parts(move |part, parts| {
        let rows = (cut(m, part, parts, ROWS), cut(m, part + 1, parts, ROWS));
        dispatch(Distances {
            x,
            y,
            out,
            rows,
            n,
            depth,
        });
    }))
}

struct Distances {
    x: Matrix<f32>,
    y: Matrix<f32>,
    out: Matrix<f32>,
    rows: (usize, usize),
    n: usize,
    depth: usize,
}

impl WithSimd for Distances {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Distances { rows, n, .. } = self;
        for j in (0..n).step_by(2 * S::F32_LANES) {
            for i in (rows.0..rows.1).step_by(ROWS) {
                self.tile(simd, i, j);
            }
        }
    }
}

impl Distances {
    #[inline(always)]
    fn tile<S: Simd>(&self, simd: S, i: usize, j: usize) {
        let mut sums = [[simd.splat_f32s(0.0); 2]; ROWS];
        // Rows that are not there are the last one again.
        let mut x = [std::ptr::null(); ROWS];
        for r in 0..ROWS {
            x[r] = self.x.at((i + r).min(self.rows.1 - 1), 0).cast_const();
        }
        for k in 0..self.depth {
            let y = self.y.at(k, j).cast::<S::f32s>();
            let (left, right) = unsafe { (y.read_unaligned(), y.add(1).read_unaligned()) };
            for r in 0..ROWS {
                let value = simd.splat_f32s(unsafe { *x[r].add(k) });
                sums[r][0] = simd.add_f32s(sums[r][0], simd.abs_f32s(simd.sub_f32s(value, left)));
                sums[r][1] = simd.add_f32s(sums[r][1], simd.abs_f32s(simd.sub_f32s(value, right)));
            }
        }
        for r in 0..ROWS.min(self.rows.1 - i) {
            for v in 0..2 {
                let first = j + v * S::F32_LANES;
                if first >= self.n {
                    continue;
                }
                let to = self.out.at(i + r, first);
                if first + S::F32_LANES <= self.n {
                    unsafe { to.cast::<S::f32s>().write_unaligned(sums[r][v]) };
                } else {
                    let to = unsafe { std::slice::from_raw_parts_mut(to, self.n - first) };
                    simd.partial_store_f32s(to, sums[r][v]);
                }
            }
        }
    }
}
