//! Triangles of square matrices, and sums that go from float32 to float64.

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// Rows and columns that are copied together: whole cache lines on both sides.
const TILE: usize = 32;

/// Copies, or clears, the numbers (i, j) of a square matrix with j < i (`below`) or j > i, in rows `first` to `last`.
fn fill<T: Copy>(x: Matrix<T>, n: usize, (first, last): (usize, usize), below: bool, value: Option<T>) {
    for top in (first..last).step_by(TILE) {
        let bottom = last.min(top + TILE);
        let (start, end) = if below { (0, bottom) } else { (top, n) };
        for left in (start..end).step_by(TILE) {
            for i in top..bottom {
                let (from, to) = if below {
                    (left, i.min(left + TILE))
                } else {
                    (left.max(i + 1), end.min(left + TILE))
                };
                for j in from..to {
                    unsafe { *x.at(i, j) = value.unwrap_or_else(|| *x.at(j, i)) };
                }
            }
        }
    }
}

/// Copies the upper half of a d×d matrix to its lower half. Arguments: x, d, ld, x is float64.
pub fn mirror(arguments: &Arguments) -> Result<Work, String> {
    let (d, ld) = (arguments.size(1)?, arguments.size(2)?);
    if arguments.flag(3) {
        in_strips(arguments.matrix::<f64>(0, d, d, ld)?, d)
    } else {
        in_strips(arguments.matrix::<f32>(0, d, d, ld)?, d)
    }
}

/// Strips of rows as parts: the lower ones are longer.
fn in_strips<T: Copy + 'static>(x: Matrix<T>, d: usize) -> Result<Work, String> {
    Ok(Work::new(d.div_ceil(TILE), move |strip| {
        let first = strip * TILE;
        fill(x, d, (first, d.min(first + TILE)), true, None);
    }))
}

/// Fills one triangle of a square matrix, with zeros or with the other triangle. Arguments: a, n, ld, mode (of simd's
/// `TriangleMode`).
pub fn triangle64(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(1)?;
    let a = arguments.matrix::<f64>(0, n, n, arguments.size(2)?)?;
    let mode = arguments.size(3)?;
    if mode > 2 {
        return Err(format!("there is no mode {mode} of triangles"));
    }
    Ok(arguments.in_parts(move |part, parts| {
        let rows = (cut(n, part, parts, 8), cut(n, part + 1, parts, 8));
        fill(a, n, rows, mode == 2, (mode == 0).then_some(0.0));
    }))
}

/// partial[part] = the largest |a| of the part's rows, or NaN where one of them holds NaN. Arguments: a, rows, columns,
/// ld, partial.
pub fn max_abs64(arguments: &Arguments) -> Result<Work, String> {
    let (rows, columns) = (arguments.size(1)?, arguments.size(2)?);
    let a = arguments.matrix::<f64>(0, rows, columns, arguments.size(3)?)?;
    let partial = arguments.vector::<f64>(4, arguments.parts)?;
    Ok(arguments.in_parts(move |part, parts| {
        let to = partial.from(0, part).slice(0, 1);
        largest(a, cut(rows, part, parts, 1), cut(rows, part + 1, parts, 1), columns, to);
    }))
}

vectorized! {
    pub fn largest(a: Matrix<f64>, first: usize, last: usize, columns: usize, to: &mut [f64]) {
        const LANES: usize = 32;
        // Bits of |x| are in the order of the numbers, and those of NaN above all.
        let mut most = [0u64; LANES];
        for i in first..last {
            let row = a.slice(i, columns);
            let mut lanes = row.chunks_exact(LANES);
            for numbers in &mut lanes {
                most.iter_mut().zip(numbers).for_each(|(m, x)| *m = (*m).max(x.to_bits() << 1 >> 1));
            }
            let rest = lanes.remainder();
            most.iter_mut().zip(rest).for_each(|(m, x)| *m = (*m).max(x.to_bits() << 1 >> 1));
        }
        to[0] = f64::from_bits(most.into_iter().fold(0, u64::max));
    }
}

/// out[i][j] += x[i][j] (or = it), out float64, x float32. Arguments: x, out, rows, columns, ldx, ldout, add.
pub fn add_to64(arguments: &Arguments) -> Result<Work, String> {
    let (rows, columns) = (arguments.size(2)?, arguments.size(3)?);
    let x = arguments.matrix::<f32>(0, rows, columns, arguments.size(4)?)?;
    let out = arguments.matrix::<f64>(1, rows, columns, arguments.size(5)?)?;
    let add = arguments.flag(6);
    Ok(arguments.in_parts(move |part, parts| {
        for i in cut(rows, part, parts, 8)..cut(rows, part + 1, parts, 8) {
            widen(x.slice(i, columns), out.slice(i, columns), add);
        }
    }))
}

vectorized! {
    /// Writes float32 as float64, or adds it.
    pub fn widen(from: &[f32], to: &mut [f64], add: bool) {
        let pairs = to.iter_mut().zip(from);
        if add {
            pairs.for_each(|(y, x)| *y += f64::from(*x));
        } else {
            pairs.for_each(|(y, x)| *y = f64::from(*x));
        }
    }
}
