//! ZᵀZ, of which the half on and above the diagonal is computed.

use std::cell::RefCell;

use super::matmul::{Operand, product};
use crate::arguments::{Arguments, Work};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// Columns in a block: what it reads of Z, 832 rows at a time, stays in the second cache.
const BLOCK: usize = 256;
/// Rows whose products are summed in float32: simd's KC.
const DEPTH: usize = 832;

thread_local! {
    /// The float32 product of a block, before it is added to what lies in the memory.
    static TILE: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// out = ZᵀZ or out += ZᵀZ; float32, or float64 to which the products of every `DEPTH` rows are added. What lies below
/// the diagonal in the blocks on it is written too. Arguments: z, n, d, ldz, out, ldout, out is float64, add.
pub fn gram(arguments: &Arguments) -> Result<Work, String> {
    let (n, d) = (arguments.size(1)?, arguments.size(2)?);
    let z = arguments.matrix::<f32>(0, n, d, arguments.size(3)?)?;
    let ldout = arguments.size(5)?;
    let (wide, add) = (arguments.flag(6), arguments.flag(7));
    let out64 = if wide {
        Some(arguments.matrix::<f64>(4, d, d, ldout)?)
    } else {
        None
    };
    let out32 = if wide {
        None
    } else {
        Some(arguments.matrix::<f32>(4, d, d, ldout)?)
    };
    let blocks = d.div_ceil(BLOCK);
    let pairs: Vec<(usize, usize)> = (0..blocks).flat_map(|i| (i..blocks).map(move |j| (i, j))).collect();
    Ok(Work::new(pairs.len(), move |part| {
        let (top, left) = (pairs[part].0 * BLOCK, pairs[part].1 * BLOCK);
        let (rows, columns) = (BLOCK.min(d - top), BLOCK.min(d - left));
        TILE.with_borrow_mut(|tile| {
            tile.resize(BLOCK * BLOCK, 0.0);
            let mut adds = add;
            let mut from = 0;
            while from < n || (from == 0 && !adds) {
                let depth = DEPTH.min(n - from);
                let rows_of_z = z.from(from, 0);
                let sides = (Operand::new(rows_of_z, true), Operand::new(rows_of_z, false));
                let to = (tile.as_mut_ptr(), columns);
                product((rows, columns, depth), (sides.0, top), (sides.1, left), to, 1.0, false);
                if let Some(out) = out64 {
                    add_tile64(tile, out.from(top, left), rows, columns, adds);
                }
                if let Some(out) = out32 {
                    add_tile(tile, out.from(top, left), rows, columns, adds);
                }
                adds = true;
                from += DEPTH;
            }
        });
    }))
}

vectorized! {
    pub fn add_tile(tile: &[f32], out: Matrix<f32>, rows: usize, columns: usize, add: bool) {
        for i in 0..rows {
            let from = &tile[i * columns..(i + 1) * columns];
            let to = out.slice(i, columns);
            if add {
                to.iter_mut().zip(from).for_each(|(y, x)| *y += *x);
            } else {
                to.copy_from_slice(from);
            }
        }
    }
}

vectorized! {
    pub fn add_tile64(tile: &[f32], out: Matrix<f64>, rows: usize, columns: usize, add: bool) {
        for i in 0..rows {
            let from = &tile[i * columns..(i + 1) * columns];
            let to = out.slice(i, columns);
            if add {
                to.iter_mut().zip(from).for_each(|(y, x)| *y += f64::from(*x));
            } else {
                to.iter_mut().zip(from).for_each(|(y, x)| *y = f64::from(*x));
            }
        }
    }
}
