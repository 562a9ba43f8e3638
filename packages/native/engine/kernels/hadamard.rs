//! The Walsh–Hadamard transform.

use crate::arguments::{Arguments, Work, cut};
use crate::vectorized::vectorized;

/// Numbers that stay in a register.
const SHORT: usize = 16;

/// x ← H·x for each row of 2^k numbers, in Sylvester's order, not normalized. Arguments: x, rows, length, ld.
pub fn hadamard(arguments: &Arguments) -> Result<Work, String> {
    let (rows, length) = (arguments.size(1)?, arguments.size(2)?);
    if !length.is_power_of_two() {
        return Err(format!("rows of {length} numbers have no such transform"));
    }
    let x = arguments.matrix::<f32>(0, rows, length, arguments.size(3)?)?;
    Ok(arguments.in_parts(move |part, parts| {
        for r in cut(rows, part, parts, 1)..cut(rows, part + 1, parts, 1) {
            transform(x.slice(r, length));
        }
    }))
}

vectorized! {
    pub fn transform(row: &mut [f32]) {
        if row.len() < SHORT {
            let mut distance = 1;
            while distance < row.len() {
                butterflies(row, distance);
                distance *= 2;
            }
            return;
        }
        let (shorts, _) = row.as_chunks_mut::<SHORT>();
        for short in shorts {
            within::<1>(short);
            within::<2>(short);
            within::<4>(short);
            within::<8>(short);
        }
        let mut distance = SHORT;
        // Two distances at a time go through memory once.
        while 4 * distance <= row.len() {
            for block in row.chunks_exact_mut(4 * distance) {
                let (left, right) = block.split_at_mut(2 * distance);
                let ((a, b), (c, d)) = (left.split_at_mut(distance), right.split_at_mut(distance));
                for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
                    let (ab, a_b, cd, c_d) = (*a + *b, *a - *b, *c + *d, *c - *d);
                    (*a, *b, *c, *d) = (ab + cd, a_b + c_d, ab - cd, a_b - c_d);
                }
            }
            distance *= 4;
        }
        if distance < row.len() {
            butterflies(row, distance);
        }
    }
}

#[inline(always)]
fn butterflies(row: &mut [f32], distance: usize) {
    for block in row.chunks_exact_mut(2 * distance) {
        let (a, b) = block.split_at_mut(distance);
        for (a, b) in a.iter_mut().zip(b) {
            (*a, *b) = (*a + *b, *a - *b);
        }
    }
}

/// Lane by lane, which becomes a shuffle and a sum.
#[inline(always)]
fn within<const DISTANCE: usize>(x: &mut [f32; SHORT]) {
    *x = std::array::from_fn(|i| {
        let other = x[i ^ DISTANCE];
        if i & DISTANCE == 0 { x[i] + other } else { other - x[i] }
    });
}
