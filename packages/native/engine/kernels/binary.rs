//! Operations on two float32 numbers each.

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// out[i] = a[i] + b[i]. Arguments: a, b, out, n.
pub fn add(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(3)?;
    let [a, b, out] = [0, 1, 2].map(|i| arguments.vector::<f32>(i, n));
    let (a, b, out) = (a?, b?, out?);
    Ok(arguments.in_parts(move |part, parts| {
        let (start, end) = (cut(n, part, parts, 16), cut(n, part + 1, parts, 16));
        apply(
            0,
            (a.from(0, start), 1),
            (b.from(0, start), 1),
            out.from(0, start),
            end - start,
        );
    }))
}

/// An operand: where it is, and its numbers from row to row and from column to column, of which the latter is 0 or 1.
#[derive(Clone, Copy)]
struct Side {
    matrix: Matrix<f32>,
    column: usize,
}

impl Side {
    /// The steps are arguments `step` and `step + 1`.
    fn new(arguments: &Arguments, i: usize, (rows, columns): (usize, usize), step: usize) -> Result<Self, String> {
        let column = arguments.size(step + 1)?.min(1);
        let width = if column == 0 { columns.min(1) } else { columns };
        let matrix = arguments.matrix(i, rows, width, arguments.size(step)?)?;
        Ok(Side { matrix, column })
    }

    fn at(&self, row: usize, column: usize) -> (Matrix<f32>, usize) {
        (self.matrix.from(row, column * self.column), self.column)
    }
}

/// out[r][c] = f(a[r][c], b[r][c]) with broadcasting by strides of 0. Arguments: op (of simd's `BinaryOperation`), a, b,
/// out, rows, columns, then for a and for b the steps from row to row and from column to column.
pub fn binary(arguments: &Arguments) -> Result<Work, String> {
    let op = arguments.size(0)?;
    if op > 8 {
        return Err(format!("there is no operation {op} on two numbers"));
    }
    let shape = (arguments.size(4)?, arguments.size(5)?);
    let (rows, columns) = shape;
    let (a, b) = (Side::new(arguments, 1, shape, 6)?, Side::new(arguments, 2, shape, 8)?);
    let out = arguments.matrix::<f32>(3, rows, columns, columns)?;
    Ok(arguments.in_parts(move |part, parts| {
        // A few long rows are cut by columns.
        let across = rows < parts;
        let share = |n, unit| (cut(n, part, parts, unit), cut(n, part + 1, parts, unit));
        let (first, last) = if across { (0, rows) } else { share(rows, 1) };
        let (start, end) = if across { share(columns, 16) } else { (0, columns) };
        for r in first..last {
            apply(op, a.at(r, start), b.at(r, start), out.from(r, start), end - start);
        }
    }))
}

vectorized! {
    /// A row. The output may be one of the operands.
    pub fn apply(op: usize, a: (Matrix<f32>, usize), b: (Matrix<f32>, usize), out: Matrix<f32>, n: usize) {
        // Each operation is a loop of its own.
        match op {
            0 => each(a, b, out, n, |a, b| a + b),
            1 => each(a, b, out, n, |a, b| a - b),
            2 => each(a, b, out, n, |a, b| a * b),
            3 => each(a, b, out, n, |a, b| a / b),
            4 => each(a, b, out, n, |a, b| if a > b || a.is_nan() { a } else { larger(b, a) }),
            5 => each(a, b, out, n, |a, b| if a < b || a.is_nan() { a } else { smaller(b, a) }),
            6 => each(a, b, out, n, |a, b| (a - b) * (a - b)),
            7 => each(a, b, out, n, |a, b| if a < 0.0 { a * b } else { a }),
            _ => each(a, b, out, n, |a, b| if b >= 0.0 { a } else { a * (b + 1.0) }),
        }
    }
}

/// `b` where it is not below `a`; of two zeros the positive one.
#[inline(always)]
fn larger(b: f32, a: f32) -> f32 {
    f32::from_bits(if a == b { a.to_bits() & b.to_bits() } else { b.to_bits() })
}

/// `b` where it is not above `a`; of two zeros the negative one.
#[inline(always)]
fn smaller(b: f32, a: f32) -> f32 {
    f32::from_bits(if a == b { a.to_bits() | b.to_bits() } else { b.to_bits() })
}

/// Through pointers, since the output may be one of the operands.
#[inline(always)]
fn each(
    (a, a_steps): (Matrix<f32>, usize),
    (b, b_steps): (Matrix<f32>, usize),
    out: Matrix<f32>,
    n: usize,
    f: impl Fn(f32, f32) -> f32,
) {
    if n == 0 {
        return;
    }
    let (first_a, first_b) = unsafe { (*a.at(0, 0), *b.at(0, 0)) };
    match (a_steps, b_steps) {
        (0, 0) => (0..n).for_each(|i| unsafe { *out.at(0, i) = f(first_a, first_b) }),
        (0, _) => (0..n).for_each(|i| unsafe { *out.at(0, i) = f(first_a, *b.at(0, i)) }),
        (_, 0) => (0..n).for_each(|i| unsafe { *out.at(0, i) = f(*a.at(0, i), first_b) }),
        _ => (0..n).for_each(|i| unsafe { *out.at(0, i) = f(*a.at(0, i), *b.at(0, i)) }),
    }
}
