//! Products of float32 matrices.

use std::cell::RefCell;

use super::cosine::cosine_rows;
use super::tiles::{Aligned, DEPTH, Left, PANEL, ROWS, Sums, pack_right, shape};
use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// A matrix as it is stored, or transposed.
#[derive(Clone, Copy)]
pub struct Operand<T> {
    matrix: Matrix<T>,
    /// Numbers from one row to the next, and from one column to the next.
    pub row: usize,
    pub column: usize,
}

impl<T> Operand<T> {
    pub fn new(matrix: Matrix<T>, transposed: bool) -> Self {
        let (row, column) = if transposed { (1, matrix.ld) } else { (matrix.ld, 1) };
        Operand { matrix, row, column }
    }

    #[inline(always)]
    pub fn at(&self, i: usize, j: usize) -> *const T {
        self.matrix.at(0, i * self.row + j * self.column)
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

/// Rows and columns of a block, at most, so that what is packed is used often; but there must be blocks for all threads.
/// The cut depends on the shape alone, so that any number of threads gives the same bits.
const BLOCKS: [(usize, usize); 3] = [(96, 1024), (96, 256), (48, 128)];
/// Those of a product that packs the right operand itself.
const TALL_BLOCKS: [(usize, usize); 3] = [(264, 256), (264, 128), (132, 64)];
const ENOUGH: usize = 16;

thread_local! {
    /// What a block reads of A, and of B where that is not packed.
    static PACKED: RefCell<(Left, Aligned)> = RefCell::default();
}

/// The right operand: as it is stored, or what `pack_matrix` made of it, and whether that is known to be finite.
#[derive(Clone, Copy)]
enum Right {
    Stored(Operand<f32>),
    Packed(Matrix<f32>, bool),
}

/// out = epilogue(alpha·op(A)·op(B) + bias). Arguments: a, b, out, m, n, k, lda, a transposed, ldb, b transposed,
/// ldout, alpha, bias or 0, epilogue (0 none, 1 relu, 2 cosine), factor, B is as stored (0) or packed (1) or packed and
/// finite (2).
pub fn matmul(arguments: &Arguments) -> Result<Work, String> {
    let (m, n, k) = (arguments.size(3)?, arguments.size(4)?, arguments.size(5)?);
    let a = operand::<f32>(arguments, (0, 6, 7), (m, k))?;
    let b = match arguments.size(15)? {
        0 => Right::Stored(operand(arguments, (1, 8, 9), (k, n))?),
        kind => Right::Packed(packed(arguments, 1, k, n)?, kind == 2),
    };
    let out = arguments.matrix::<f32>(2, m, n, arguments.size(10)?)?;
    let alpha = arguments.f32(11);
    let bias = arguments.optional::<f32>(12, n)?;
    let (epilogue, factor) = (arguments.size(13)?, arguments.f32(14));
    let blocks = match b {
        Right::Stored(_) => TALL_BLOCKS,
        Right::Packed(..) => BLOCKS,
    };
    let grids = blocks.map(|(rows, columns)| (m.div_ceil(rows).max(1), n.div_ceil(columns).max(1)));
    let enough = grids.into_iter().find(|(tall, wide)| tall * wide >= ENOUGH);
    let (tall, wide) = enough.unwrap_or(grids[2]);
    Ok(Work::new(tall * wide, move |part| {
        let (top, bottom) = (cut(m, part / wide, tall, ROWS), cut(m, part / wide + 1, tall, ROWS));
        let (left, right) = (cut(n, part % wide, wide, PANEL), cut(n, part % wide + 1, wide, PANEL));
        let (rows, columns) = (bottom - top, right - left);
        let block = out.from(top, left);
        multiply(a, b, (top, rows), (left, columns), k, block, alpha);
        let bias = bias.map(|bias| bias.from(0, left));
        match epilogue {
            2 => cosine_rows(block, rows, columns, bias, factor),
            _ if bias.is_some() || epilogue == 1 => finish(block, rows, columns, bias, epilogue == 1),
            _ => {}
        }
    }))
}

/// out = alpha·a·b of some rows and columns.
fn multiply(
    a: Operand<f32>,
    b: Right,
    (top, rows): (usize, usize),
    (left, columns): (usize, usize),
    k: usize,
    out: Matrix<f32>,
    alpha: f32,
) {
    let tile = shape();
    PACKED.with_borrow_mut(|(packed, right)| {
        let mut sums: Sums = [0.0; ROWS * PANEL];
        let mut from = 0;
        // Once where there is no step, too: then the product is 0.
        while from == 0 || from < k {
            let depth = DEPTH.min(k - from);
            let size = depth * PANEL;
            packed.pack(a, (top, rows), (from, depth), true);
            if let Right::Stored(b) = b {
                let to = right.numbers(columns.div_ceil(PANEL) * size);
                pack_right(b, (left, columns), (from, depth), to);
            }
            for j in (0..columns).step_by(PANEL) {
                let (panel, is_known) = match b {
                    Right::Packed(b, finite) => (b.from((left + j) / PANEL, from * PANEL).slice(0, size), finite),
                    Right::Stored(_) => (&mut right.numbers((j / PANEL + 1) * size)[j / PANEL * size..], false),
                };
                // Where a step is left out, its numbers of B must be finite: 0 times others is NaN.
                if packed.dropped && !is_known && !is_finite(panel) {
                    packed.pack(a, (top, rows), (from, depth), false);
                }
                let width = PANEL.min(columns - j);
                for i in 0..rows.div_ceil(tile.rows) {
                    let first = i * tile.rows;
                    for v in (0..width).step_by(tile.columns) {
                        let shape = (tile.rows.min(rows - first), tile.columns.min(width - v));
                        packed.sums(i, panel[v.min(size)..].as_ptr(), shape.1, &mut sums);
                        put(&sums, out.from(first, j + v), shape.0, shape.1, alpha, from > 0);
                    }
                }
            }
            from += DEPTH;
        }
    });
}

fn is_finite(numbers: &[f32]) -> bool {
    // 0 times a number that is not finite is NaN. Eight sums at a time are vectors.
    let mut sums = [0.0; PANEL];
    for numbers in numbers.chunks_exact(PANEL) {
        sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += 0.0 * x);
    }
    sums.iter().all(|sum| *sum == 0.0)
}

vectorized! {
    /// Writes the sums of a tile, or adds them.
    pub fn put(sums: &Sums, out: Matrix<f32>, rows: usize, columns: usize, alpha: f32, add: bool) {
        for (i, sums) in sums.chunks_exact(PANEL).take(rows).enumerate() {
            let to = out.slice(i, columns).iter_mut().zip(sums);
            if add {
                to.for_each(|(y, x)| *y += alpha * *x);
            } else {
                to.for_each(|(y, x)| *y = alpha * *x);
            }
        }
    }
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

/// A matrix that `pack_matrix` has made: one row for each panel.
pub fn packed(arguments: &Arguments, i: usize, k: usize, n: usize) -> Result<Matrix<f32>, String> {
    let row = k.checked_mul(PANEL).ok_or("the matrix is too large")?;
    arguments.matrix(i, n.div_ceil(PANEL), row, row)
}

/// Packs op(B), k×n, as the right operand of many products. Arguments: b, to, k, n, ldb, transposed.
pub fn pack_matrix(arguments: &Arguments) -> Result<Work, String> {
    let (k, n) = (arguments.size(2)?, arguments.size(3)?);
    let b = operand::<f32>(arguments, (0, 4, 5), (k, n))?;
    let to = packed(arguments, 1, k, n)?;
    let panels = n.div_ceil(PANEL);
    Ok(arguments.in_parts(move |part, parts| {
        let (first, last) = (cut(panels, part, parts, 1), cut(panels, part + 1, parts, 1));
        if first < last {
            let (left, right) = (first * PANEL, n.min(last * PANEL));
            pack_right(
                b,
                (left, right - left),
                (0, k),
                to.from(first, 0).slice(0, (last - first) * k * PANEL),
            );
        }
    }))
}
