//! Functions of each number, float32.

use super::elementary::*;
use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// What is copied before it is changed in place is still in the first cache.
const BLOCK: usize = 1024;

/// out[i] = f(x[i]); out may be x. Arguments: op (of simd's `UnaryOperation`), x, out, n, two parameters of f.
pub fn unary(arguments: &Arguments) -> Result<Work, String> {
    let (op, n) = (arguments.size(0)?, arguments.size(3)?);
    if op >= OPERATIONS {
        return Err(format!("there is no operation {op}"));
    }
    let (x, out) = (arguments.vector::<f32>(1, n)?, arguments.vector::<f32>(2, n)?);
    let (p, q) = (arguments.f32(4), arguments.f32(5));
    Ok(arguments.in_parts(move |part, parts| {
        let (start, end) = (cut(n, part, parts, 16), cut(n, part + 1, parts, 16));
        for from in (start..end).step_by(BLOCK) {
            let length = (end - from).min(BLOCK);
            unsafe { std::ptr::copy(x.at(0, from), out.at(0, from), length) };
            apply(op, out.from(0, from), length, p, q);
        }
    }))
}

const OPERATIONS: usize = 24;

vectorized! {
    pub fn apply(op: usize, x: Matrix<f32>, n: usize, p: f32, q: f32) {
        let x = x.slice(0, n);
        match op {
            0 => map(x, f32::abs),
            1 => map(x, |x| -x),
            2 => map(x, |x| x * x),
            3 => map(x, f32::sqrt),
            4 => map(x, |x| 1.0 / x.sqrt()),
            5 => map(x, |x| 1.0 / x),
            // Adding 0 clears −0's sign. NaN stays, here and below.
            6 => map(x, |x| (if x < 0.0 { 0.0 } else { x }) + 0.0),
            7 => map(x, |x| {
                let x = if x < 0.0 { 0.0 } else { x };
                (if x > 6.0 { 6.0 } else { x }) + 0.0
            }),
            8 => map(x, |x| {
                let step = if x > 0.0 { 1.0 } else { p };
                if x.is_nan() { x } else { step }
            }),
            9 => map(x, |x| f32::from(x > 0.0) - f32::from(x < 0.0)),
            10 => map(x, f32::floor),
            11 => map(x, f32::ceil),
            12 => map(x, |x| {
                let least = if x < p { p } else { x };
                if x > q { q } else { least }
            }),
            13 => map(x, |x| if x < 0.0 { x * p } else { x }),
            14 => map(x, exp),
            15 => map(x, expm1),
            16 => map(x, log),
            17 => map(x, log1p),
            18 => map(x, sigmoid),
            19 => map(x, tanh),
            20 => map(x, softplus),
            21 => map(x, |x| {
                let below = expm1(x);
                if x >= 0.0 { x } else { below }
            }),
            _ => turn(x, (op - 22) as u64),
        }
    }
}

#[inline(always)]
fn map(x: &mut [f32], f: impl Fn(f32) -> f32) {
    x.iter_mut().for_each(|x| *x = f(*x));
}

/// The sine, or a quarter further the cosine.
#[inline(always)]
fn turn(x: &mut [f32], quarter: u64) {
    // NaN counts as far.
    let beyond = x.iter().fold(0, |count, x| count | u32::from(!(x.abs() <= CIRCULAR)));
    if beyond == 0 {
        map(x, |x| circular(x, quarter));
    } else {
        map(x, |x| {
            if x.abs() <= CIRCULAR {
                circular(x, quarter)
            } else {
                circular_far(x, quarter)
            }
        });
    }
}

/// out[r] = e^(x[r] − max x[r]) divided by its sum; out may be x. Arguments: x, out, rows, columns.
pub fn softmax(arguments: &Arguments) -> Result<Work, String> {
    let (rows, columns) = (arguments.size(2)?, arguments.size(3)?);
    let x = arguments.matrix::<f32>(0, rows, columns, columns)?;
    let out = arguments.matrix::<f32>(1, rows, columns, columns)?;
    Ok(arguments.in_parts(move |part, parts| {
        for r in cut(rows, part, parts, 1)..cut(rows, part + 1, parts, 1) {
            unsafe { std::ptr::copy(x.at(r, 0), out.at(r, 0), columns) };
            softmax_row(out.from(r, 0), columns);
        }
    }))
}

/// Sums that the compiler keeps in vectors.
const LANES: usize = 16;

vectorized! {
    pub fn softmax_row(x: Matrix<f32>, columns: usize) {
        let x = x.slice(0, columns);
        let mut largest = [f32::NEG_INFINITY; LANES];
        let mut odd = 0;
        let (whole, rest) = x.as_chunks::<LANES>();
        for chunk in whole {
            for (largest, x) in largest.iter_mut().zip(chunk) {
                *largest = if *x > *largest { *x } else { *largest };
                odd |= u32::from(x.is_nan());
            }
        }
        for (largest, x) in largest.iter_mut().zip(rest) {
            *largest = if *x > *largest { *x } else { *largest };
            odd |= u32::from(x.is_nan());
        }
        let all = largest.into_iter().fold(f32::NEG_INFINITY, f32::max);
        let shift = if odd != 0 { f32::NAN } else { all };
        x.iter_mut().for_each(|x| *x = exp(*x - shift));
        let mut sums = [0.0; LANES];
        let (whole, rest) = x.as_chunks::<LANES>();
        for chunk in whole {
            sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += *x);
        }
        sums.iter_mut().zip(rest).for_each(|(sum, x)| *sum += *x);
        let sum: f32 = sums.into_iter().sum();
        x.iter_mut().for_each(|x| *x /= sum);
    }
}
