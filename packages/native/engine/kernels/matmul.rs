//! Products of float32 matrices, by the crate `gemm`.

use gemm::{Parallelism, gemm};

use super::cosine::cosine_rows;
use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// A block of the product: few enough numbers that they are still in the second cache when the epilogue comes. The
/// cut depends on the shape alone, so that any number of threads gives the same bits.
const BLOCK_ROWS: usize = 128;
const BLOCK_COLUMNS: usize = 256;

/// A matrix as it is stored, or transposed.
#[derive(Clone, Copy)]
pub struct Operand<T> {
    matrix: Matrix<T>,
    row: usize,
    column: usize,
}

impl<T> Operand<T> {
    pub fn new(matrix: Matrix<T>, transposed: bool) -> Self {
        let (row, column) = if transposed { (1, matrix.ld) } else { (matrix.ld, 1) };
        Operand { matrix, row, column }
    }

    fn at(&self, i: usize, j: usize) -> *const T {
        self.matrix.at(0, i * self.row + j * self.column)
    }
}

/// out[m×n] = alpha·a·b (+ out where `add`), of the rows of `a` from `i` on and the columns of `b` from `j` on.
pub fn product<T: 'static + Copy + From<f32>>(
    (m, n, k): (usize, usize, usize),
    (a, i): (Operand<T>, usize),
    (b, j): (Operand<T>, usize),
    (out, ld): (*mut T, usize),
    alpha: T,
    add: bool,
) {
    let one = T::from(1.0);
    unsafe {
        gemm(
            m,
            n,
            k,
            out,
            1,
            ld as isize,
            add,
            a.at(i, 0),
            a.column as isize,
            a.row as isize,
            b.at(0, j),
            b.column as isize,
            b.row as isize,
            one,
            alpha,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// Reads an operand that is `rows`×`columns` after it is transposed.
pub fn operand<T>(
    arguments: &Arguments,
    (pointer, ld, transposed): (usize, usize, usize),
    (rows, columns): (usize, usize),
) -> Result<Operand<T>, String> {
    let transposed = arguments.flag(transposed);
    let (stored, length) = if transposed { (columns, rows) } else { (rows, columns) };
    let matrix = arguments.matrix(pointer, stored, length, arguments.size(ld)?)?;
    Ok(Operand::new(matrix, transposed))
}

/// out = epilogue(alpha·op(A)·op(B) + bias). Arguments: a, b, out, m, n, k, lda, a transposed, ldb, b transposed,
/// ldout, alpha, bias or 0, epilogue (0 none, 1 relu, 2 cosine), factor.
pub fn matmul(arguments: &Arguments) -> Result<Work, String> {
    let (m, n, k) = (arguments.size(3)?, arguments.size(4)?, arguments.size(5)?);
    let a = operand::<f32>(arguments, (0, 6, 7), (m, k))?;
    let b = operand::<f32>(arguments, (1, 8, 9), (k, n))?;
    let out = arguments.matrix::<f32>(2, m, n, arguments.size(10)?)?;
    let alpha = arguments.f32(11);
    let bias = arguments.optional::<f32>(12, n)?;
    let (epilogue, factor) = (arguments.size(13)?, arguments.f32(14));
    let (tall, wide) = (m.div_ceil(BLOCK_ROWS).max(1), n.div_ceil(BLOCK_COLUMNS).max(1));
    Ok(Work::new(tall * wide, move |part| {
        let (top, bottom) = (cut(m, part / wide, tall, 1), cut(m, part / wide + 1, tall, 1));
        let (left, right) = (cut(n, part % wide, wide, 16), cut(n, part % wide + 1, wide, 16));
        let (rows, columns) = (bottom - top, right - left);
        let block = out.from(top, left);
        product(
            (rows, columns, k),
            (a, top),
            (b, left),
            (block.at(0, 0), out.ld),
            alpha,
            false,
        );
        let bias = bias.map(|bias| bias.from(0, left));
        match epilogue {
            2 => cosine_rows(block, rows, columns, bias, factor),
            _ if bias.is_some() || epilogue == 1 => finish(block, rows, columns, bias, epilogue == 1),
            _ => {}
        }
    }))
}

vectorized! {
    /// Adds the bias, and cuts what is below 0 where `relu`; NaN stays.
    pub fn finish(out: Matrix<f32>, rows: usize, columns: usize, bias: Option<Matrix<f32>>, relu: bool) {
        for i in 0..rows {
            let row = out.slice(i, columns);
            if let Some(bias) = bias {
                row.iter_mut().zip(bias.slice(0, columns).iter()).for_each(|(x, b)| *x += *b);
            }
            if relu {
                row.iter_mut().for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x });
            }
        }
    }
}

/// Copies op(B), k×n, to where the right operand of many products lies. Arguments: b, to, k, n, ldb, transposed.
pub fn pack_matrix(arguments: &Arguments) -> Result<Work, String> {
    let (k, n) = (arguments.size(2)?, arguments.size(3)?);
    let b = operand::<f32>(arguments, (0, 4, 5), (k, n))?;
    let to = arguments.matrix::<f32>(1, k, n, n)?;
    Ok(arguments.in_parts(move |part, parts| {
        for i in cut(k, part, parts, 1)..cut(k, part + 1, parts, 1) {
            for j in 0..n {
                unsafe { *to.at(i, j) = *b.at(i, j) };
            }
        }
    }))
}
