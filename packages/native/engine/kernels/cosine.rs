//! factor·cos(x + bias), float32: the polynomial of simd's assembly/cosine.ts.

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

// π in three parts, of which the first two have so few bits that their products with a whole number below 2^15 are
// exact in float32: the reduction loses nothing for |x| up to `LIMIT`.
const PI_1: f32 = 3.140625;
const PI_2: f32 = 0.0009670257568359375;
const PI_3: f32 = 6.278329573009626e-7;
const LIMIT: f32 = 100000.0;
// Adding 1.5·2^23 rounds to a whole number, and leaves its parity in the last bit.
const MAGIC: f32 = 12582912.0;

/// The cosine for |x| up to `LIMIT`: (−1)^t · cos(x − tπ) with t = round(x/π).
#[inline(always)]
fn near(x: f32) -> f32 {
    let shifted = x.mul_add(std::f32::consts::FRAC_1_PI, MAGIC);
    let t = shifted - MAGIC;
    let r = (-t).mul_add(PI_3, (-t).mul_add(PI_2, (-t).mul_add(PI_1, x)));
    f32::from_bits(polynomial(r).to_bits() ^ (shifted.to_bits() << 31))
}

/// cos(r) on [−π/2, π/2]: a minimax polynomial, error 2e-10 before rounding.
#[inline(always)]
fn polynomial(r: f32) -> f32 {
    let s = r * r;
    let mut p = s.mul_add(-2.60491889604988e-7, 0.000024760028073664243);
    p = s.mul_add(p, -0.0013888358716911656);
    p = s.mul_add(p, 0.041666636038725856);
    p = s.mul_add(p, -0.49999999352234925);
    s.mul_add(p, 1.0)
}

/// The cosine above `LIMIT`; not a number where x is not finite.
#[cold]
fn far(x: f32) -> f32 {
    if x.is_finite() {
        (x as f64).cos() as f32
    } else {
        f32::NAN
    }
}

vectorized! {
    /// x = factor·cos(x + bias), in place.
    pub fn cosine_rows(x: Matrix<f32>, rows: usize, columns: usize, bias: Option<Matrix<f32>>, factor: f32) {
        for i in 0..rows {
            let row = x.slice(i, columns);
            if let Some(bias) = bias {
                row.iter_mut().zip(bias.slice(0, columns).iter()).for_each(|(x, b)| *x += *b);
            }
            // NaN counts as far.
            let beyond = row.iter().fold(0, |count, x| count | u32::from(!(x.abs() <= LIMIT)));
            if beyond == 0 {
                row.iter_mut().for_each(|x| *x = factor * near(*x));
            } else {
                row.iter_mut().for_each(|x| *x = factor * if x.abs() <= LIMIT { near(*x) } else { far(*x) });
            }
        }
    }
}

/// out[i] = factor·cos(x[i]). Arguments: x, out, n, factor.
pub fn cosine(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(2)?;
    let (x, out) = (arguments.vector::<f32>(0, n)?, arguments.vector::<f32>(1, n)?);
    let factor = arguments.f32(3);
    Ok(arguments.in_parts(move |part, parts| {
        let (start, end) = (cut(n, part, parts, 16), cut(n, part + 1, parts, 16));
        // Block by block, so that what is copied is still in the first cache.
        for from in (start..end).step_by(1024) {
            let length = (end - from).min(1024);
            unsafe { std::ptr::copy(x.at(0, from), out.at(0, from), length) };
            cosine_rows(out.from(0, from), 1, length, None, factor);
        }
    }))
}
