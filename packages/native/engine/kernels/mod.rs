//! One file for each family of kernels. A kernel checks its arguments and returns its parts.

mod binary;
mod cosine;
#[cfg(test)]
mod edges;
mod elementary;
mod gram;
mod hadamard;
mod half;
mod linalg;
mod manhattan;
mod matmul;
mod moves;
mod patches;
mod reduce;
mod rows_product;
mod steps;
mod tiles;
mod triangles;
mod unary;
mod windows;

use crate::arguments::{Arguments, Work};

pub type Kernel = fn(&Arguments) -> Result<Work, String>;

/// Every kernel that is here, by name. The others are left to WebAssembly.
pub const KERNELS: &[(&str, Kernel)] = &[
    // In place of several kernels of WebAssembly.
    ("matmul", matmul::matmul),
    ("packMatrix", matmul::pack_matrix),
    ("gramProduct", gram::gram),
    ("matmul64", linalg::matmul64),
    ("eigh", linalg::eigh),
    ("svd", linalg::svd),
    // By the names and with the arguments of WebAssembly's.
    ("adam", steps::adam),
    ("add", binary::add),
    ("addTo64", triangles::add_to64),
    ("binary", binary::binary),
    ("col2im", windows::col2im),
    ("copyRows", moves::copy_rows),
    ("cosine", cosine::cosine),
    ("descend", steps::descend),
    ("fromHalf", half::from_half),
    ("hadamard", hadamard::hadamard),
    ("rowsProduct", rows_product::rows_product),
    ("rowsTransposedProduct", rows_product::rows_transposed_product),
    ("manhattan", manhattan::manhattan),
    ("maxAbs64", triangles::max_abs64),
    ("mirror", triangles::mirror),
    ("narrowTransposed", rows_product::narrow_transposed),
    ("im2col", windows::im2col),
    ("patchResponses", patches::patch_responses),
    ("reduce", reduce::reduce),
    ("reducePieces", reduce::reduce_pieces),
    ("softmax", unary::softmax),
    ("toHalf", half::to_half),
    ("triangle64", triangles::triangle64),
    ("unary", unary::unary),
];
