//! ZᵀZ, of which the half on and above the diagonal is computed, from rows that `packMatrix` has packed.

use std::cell::RefCell;

use super::matmul::{packed, put};
use super::tiles::{Left, PANEL, ROWS, Sums, prefetch, shape};
use crate::arguments::{Arguments, Work};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// Rows and columns of a block: what it reads of Z, 832 rows at a time, stays in the second cache.
const BLOCKS: [(usize, usize); 3] = [(192, 512), (192, 256), (96, 128)];
/// As many blocks are enough for the threads of any machine to end at nearly the same time.
const ENOUGH: usize = 40;

thread_local! {
    /// What a block reads of Zᵀ.
    static PACKED: RefCell<Left> = RefCell::default();
}

/// Where the product goes.
#[derive(Clone, Copy)]
enum Out {
    Single(Matrix<f32>),
    Double(Matrix<f64>),
}

/// out = ZᵀZ or out += ZᵀZ, float32 or float64; the sums of a call are float32. Some of what lies below the diagonal is
/// written too. Arguments: packed z, n, d, out, ldout, out is float64, add.
pub fn gram(arguments: &Arguments) -> Result<Work, String> {
    let (n, d) = (arguments.size(1)?, arguments.size(2)?);
    let z = packed(arguments, 0, n, d)?;
    let ldout = arguments.size(4)?;
    let (wide, add) = (arguments.flag(5), arguments.flag(6));
    let out = if wide {
        Out::Double(arguments.matrix(3, d, d, ldout)?)
    } else {
        Out::Single(arguments.matrix(3, d, d, ldout)?)
    };
    let all = BLOCKS.map(|size| blocks(d, size));
    let enough = all.iter().position(|blocks| blocks.len() >= ENOUGH);
    let at = enough.unwrap_or(BLOCKS.len() - 1);
    let ((height, width), blocks) = (BLOCKS[at], all[at].clone());
    Ok(Work::new(blocks.len(), move |part| {
        let (top, left) = blocks[part];
        let (rows, columns) = (height.min(d - top), width.min(d - left));
        block(z, (top, rows), (left, columns), n, out, add);
    }))
}

/// Where the blocks of rows and columns begin that hold something on or above the diagonal.
fn blocks(d: usize, (rows, columns): (usize, usize)) -> Vec<(usize, usize)> {
    let all = |top| (0..d).step_by(columns).map(move |left| (top, left));
    let tops = (0..d).step_by(rows);
    tops.flat_map(all).filter(|(top, left)| left + columns > *top).collect()
}

fn block(
    z: Matrix<f32>,
    (top, rows): (usize, usize),
    (left, columns): (usize, usize),
    depth: usize,
    out: Out,
    add: bool,
) {
    let tile = shape();
    PACKED.with_borrow_mut(|turned| {
        let mut sums: Sums = [0.0; ROWS * PANEL];
        turned.pack_panels(z, (top, rows), depth);
        for j in (0..columns).step_by(PANEL) {
            let panel = z.slice((left + j) / PANEL, depth * PANEL);
            let width = PANEL.min(columns - j);
            for i in (0..rows).step_by(tile.rows) {
                for v in (0..width).step_by(tile.columns) {
                    let (height, width) = (tile.rows.min(rows - i), tile.columns.min(width - v));
                    let (i0, j0) = (top + i, left + j + v);
                    // Below the diagonal.
                    if j0 + width <= i0 {
                        continue;
                    }
                    if let Out::Double(out) = out {
                        // It comes while the sums are computed.
                        (0..height).for_each(|r| prefetch::<_, 1>(out.at(i0 + r, j0), width));
                    }
                    turned.sums(i / tile.rows, panel[v.min(panel.len())..].as_ptr(), width, &mut sums);
                    match out {
                        Out::Single(out) => put(&sums, out.from(i0, j0), height, width, 1.0, add),
                        Out::Double(out) => put64(&sums, out.from(i0, j0), height, width, add),
                    }
                }
            }
        }
    });
}

vectorized! {
    /// Writes the sums of a tile in float64, or adds them.
    pub fn put64(sums: &Sums, out: Matrix<f64>, rows: usize, columns: usize, add: bool) {
        for (i, sums) in sums.chunks_exact(PANEL).take(rows).enumerate() {
            let to = out.slice(i, columns).iter_mut().zip(sums);
            if add {
                to.for_each(|(y, x)| *y += f64::from(*x));
            } else {
                to.for_each(|(y, x)| *y = f64::from(*x));
            }
        }
    }
}
