//! Numbers that are moved.

use crate::arguments::{Arguments, Work, cut};

/// Copies rows of bytes from one stride to another. Arguments: from, to, rows, bytes, from's stride, to's stride.
pub fn copy_rows(arguments: &Arguments) -> Result<Work, String> {
    let (rows, bytes) = (arguments.size(2)?, arguments.size(3)?);
    let from = arguments.matrix::<u8>(0, rows, bytes, arguments.size(4)?)?;
    let to = arguments.matrix::<u8>(1, rows, bytes, arguments.size(5)?)?;
    Ok(arguments.in_parts(move |part, parts| {
        for r in cut(rows, part, parts, 1)..cut(rows, part + 1, parts, 1) {
            unsafe { std::ptr::copy(from.at(r, 0), to.at(r, 0), bytes) };
        }
    }))
}
