//! float64 linear algebra: products by the crate `gemm`, decompositions by `faer`.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::{evd, svd};
use faer::prelude::{IntoConst, default};
use faer::{MatMut, Par};
use gemm::{Parallelism, gemm};

use super::matmul::{Operand, operand};
use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;

/// Rows and columns of a block of a product, at most: the larger, the less is packed for each number; but there must be
/// blocks for all threads. The cut depends on the shape alone.
const BLOCKS: [(usize, usize); 3] = [(256, 512), (256, 256), (128, 192)];
/// As many blocks are enough for the threads of any machine to end at nearly the same time.
const ENOUGH: usize = 16;

/// How many blocks of a product lie below each other, and side by side.
fn grid(m: usize, n: usize, lower: bool) -> (usize, usize) {
    let grids = BLOCKS.map(|(rows, columns)| (m.div_ceil(rows), n.div_ceil(columns)));
    let work = |(tall, wide): (usize, usize)| if lower { tall * wide / 2 } else { tall * wide };
    grids.into_iter().find(|&grid| work(grid) >= ENOUGH).unwrap_or(grids[2])
}

/// out = alpha·op(A)·op(B) or out += …, float64; where `lower`, only on and below the diagonal. Arguments: a, b, out, m,
/// n, k, lda, a transposed, ldb, b transposed, ldout, alpha, accumulate, lower.
pub fn matmul64(arguments: &Arguments) -> Result<Work, String> {
    let (m, n, k) = (arguments.size(3)?, arguments.size(4)?, arguments.size(5)?);
    let a = operand::<f64>(arguments, (0, 6, 7), (m, k))?;
    let b = operand::<f64>(arguments, (1, 8, 9), (k, n))?;
    let out = arguments.matrix::<f64>(2, m, n, arguments.size(10)?)?;
    let (alpha, accumulate, lower) = (arguments.f64(11), arguments.flag(12), arguments.flag(13));
    let (tall, wide) = grid(m, n, lower);
    let blocks: Vec<_> = (0..tall)
        .flat_map(|i| (0..wide).map(move |j| (i, j)))
        .map(|(i, j)| {
            (
                (cut(m, i, tall, 8), cut(m, i + 1, tall, 8)),
                (cut(n, j, wide, 8), cut(n, j + 1, wide, 8)),
            )
        })
        .filter(|((_, bottom), (left, _))| !lower || left < bottom)
        .collect();
    Ok(Work::new(blocks.len(), move |part| {
        let ((top, bottom), (left, right)) = blocks[part];
        let shape = (bottom - top, right - left, k);
        if lower && right > top + 1 {
            diagonal_block(shape, (a, top), (b, left), (out, top, left), alpha, accumulate);
        } else {
            product(
                shape,
                (a, top),
                (b, left),
                (out.at(top, left), out.ld),
                alpha,
                accumulate,
            );
        }
    }))
}

/// A block that the diagonal passes: what lies above it is not touched.
fn diagonal_block(
    (rows, columns, k): (usize, usize, usize),
    a: (Operand<f64>, usize),
    b: (Operand<f64>, usize),
    (out, top, left): (Matrix<f64>, usize, usize),
    alpha: f64,
    accumulate: bool,
) {
    let mut tile = vec![0.0; rows * columns];
    product((rows, columns, k), a, b, (tile.as_mut_ptr(), columns), alpha, false);
    for i in 0..rows {
        let end = columns.min((top + i + 1).saturating_sub(left));
        let from = &tile[i * columns..i * columns + end];
        for (j, x) in from.iter().enumerate() {
            let at = out.at(top + i, left + j);
            unsafe { *at = if accumulate { *at + x } else { *x } };
        }
    }
}

/// out[m×n] = alpha·a·b (+ out where `add`), of the rows of `a` from `i` on and the columns of `b` from `j` on.
fn product(
    (m, n, k): (usize, usize, usize),
    (a, i): (Operand<f64>, usize),
    (b, j): (Operand<f64>, usize),
    (out, ld): (*mut f64, usize),
    alpha: f64,
    add: bool,
) {
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
            1.0,
            alpha,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

fn parallelism(arguments: &Arguments) -> Par {
    if arguments.threads > 1 {
        Par::rayon(arguments.threads)
    } else {
        Par::Seq
    }
}

/// The matrix whose columns lie as rows.
fn columns<'a>(matrix: Matrix<f64>, rows: usize, columns: usize) -> MatMut<'a, f64> {
    unsafe { MatMut::from_raw_parts_mut(matrix.at(0, 0), rows, columns, 1, matrix.ld as isize) }
}

/// The eigenvalues of a symmetric matrix, both of whose triangles are there, ascending; its eigenvectors as rows.
/// Arguments: a, n, ld, values, vectors (rows of ld numbers).
pub fn eigh(arguments: &Arguments) -> Result<Work, String> {
    let (n, ld) = (arguments.size(1)?, arguments.size(2)?);
    let a = arguments.matrix::<f64>(0, n, n, ld)?;
    let values = arguments.vector::<f64>(3, n)?;
    let vectors = arguments.matrix::<f64>(4, n, n, ld)?;
    let par = parallelism(arguments);
    Ok(Work::new(1, move |_| {
        let a = columns(a, n, n).into_const();
        let mut s = Diag::<f64>::zeros(n);
        let u = columns(vectors, n, n);
        let scratch = evd::self_adjoint_evd_scratch::<f64>(n, evd::ComputeEigenvectors::Yes, par, default());
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        evd::self_adjoint_evd(a, s.as_mut(), Some(u), par, stack, default()).expect("the eigenvalues did not converge");
        for (i, value) in values.slice(0, n).iter_mut().enumerate() {
            *value = s.column_vector()[i];
        }
    }))
}

/// Thin singular value decomposition of a matrix whose `k` columns lie as rows of `length` >= k numbers: the singular
/// values, descending, and the singular vectors as rows. Arguments: c, ldc, k, length, values, left (rows of ldc
/// numbers), right, ldright.
pub fn svd(arguments: &Arguments) -> Result<Work, String> {
    let (ldc, k, length) = (arguments.size(1)?, arguments.size(2)?, arguments.size(3)?);
    let c = arguments.matrix::<f64>(0, k, length, ldc)?;
    let values = arguments.vector::<f64>(4, k)?;
    let left = arguments.matrix::<f64>(5, k, length, ldc)?;
    let right = arguments.matrix::<f64>(6, k, k, arguments.size(7)?)?;
    let par = parallelism(arguments);
    Ok(Work::new(1, move |_| {
        let a = columns(c, length, k).into_const();
        let mut s = Diag::<f64>::zeros(k);
        let (u, v) = (columns(left, length, k), columns(right, k, k));
        let thin = svd::ComputeSvdVectors::Thin;
        let scratch = svd::svd_scratch::<f64>(length, k, thin, thin, par, default());
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        svd::svd(a, s.as_mut(), Some(u), Some(v), par, stack, default()).expect("the singular values did not converge");
        for (i, value) in values.slice(0, k).iter_mut().enumerate() {
            *value = s.column_vector()[i];
        }
    }))
}
