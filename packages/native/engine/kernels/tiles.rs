//! Products of float32 panels, whose sums stay in registers.
//!
//! A tile takes a panel of rows of A and up to two vectors of columns of B: 24 sums where there are 32 registers, 12
//! where there are 16. Panels hold, step by step along the inner dimension, the numbers that a tile reads. Steps at
//! which all rows of a panel of A are 0 can be left out: half of the steps for images of digits.

use pulp::{Simd, WithSimd};

use super::matmul::Operand;
use crate::memory::Matrix;
use crate::vectorized::dispatch;

/// Columns in a panel of B, on every machine: two vectors or more.
pub const PANEL: usize = 32;
/// The most rows of a tile.
pub const ROWS: usize = 12;
/// Steps whose products are summed before they are added to what lies in the memory: simd's KC.
pub const DEPTH: usize = 832;

/// The sums of a tile, row by row.
pub type Sums = [f32; ROWS * PANEL];

/// Numbers from the beginning of a cache line on.
#[derive(Default)]
pub struct Aligned(Vec<Line>);

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[expect(dead_code, reason = "it is read as numbers")] [f32; 16]);

impl Aligned {
    /// The first `length` numbers, of any value.
    pub fn numbers(&mut self, length: usize) -> &mut [f32] {
        let lines = length.div_ceil(16);
        if self.0.len() < lines {
            self.0.resize(lines, Line([0.0; 16]));
        }
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), length) }
    }
}

/// How many rows and columns a tile has on this machine.
#[derive(Clone, Copy)]
pub struct Shape {
    pub rows: usize,
    pub columns: usize,
}

/// Asks for numbers that are needed soon, in the first cache, or soon after, in the second.
#[inline(always)]
pub fn prefetch<T, const LEVEL: i32>(at: *const T, length: usize) {
    #[cfg(target_arch = "x86_64")]
    for offset in (0..length).step_by(64 / size_of::<T>()) {
        use std::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};
        let at = at.wrapping_add(offset).cast();
        if LEVEL == 1 {
            unsafe { _mm_prefetch::<_MM_HINT_T0>(at) };
        } else {
            unsafe { _mm_prefetch::<_MM_HINT_T1>(at) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (at, length);
}

struct FindShape;

impl WithSimd for FindShape {
    type Output = Shape;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Shape {
        Shape {
            rows: if S::REGISTER_COUNT >= 32 { ROWS } else { ROWS / 2 },
            columns: (2 * S::F32_LANES).min(PANEL),
        }
    }
}

pub fn shape() -> Shape {
    dispatch(FindShape)
}

/// Rows of A, panel by panel, and the steps of each that are not left out.
#[derive(Default)]
pub struct Left {
    numbers: Aligned,
    steps: Vec<u32>,
    panels: Vec<Panel>,
    /// Whether steps are left out.
    pub dropped: bool,
}

/// Where its numbers and its steps begin, and how many steps there are.
struct Panel {
    at: usize,
    from: usize,
    steps: usize,
}

impl Left {
    /// Packs `rows` rows of `a` from `top` on, and of these the steps `from` to `from + depth`.
    pub fn pack(&mut self, a: Operand<f32>, (top, rows): (usize, usize), (from, depth): (usize, usize), sparse: bool) {
        let height = shape().rows;
        let panels = rows.div_ceil(height);
        let all = self.numbers.numbers(panels * height * depth);
        self.steps.resize(panels * depth, 0);
        self.panels.clear();
        self.dropped = false;
        for i in 0..panels {
            let first = top + i * height;
            let count = height.min(top + rows - first);
            let steps = &mut self.steps[i * depth..(i + 1) * depth];
            let numbers = &mut all[i * height * depth..(i + 1) * height * depth];
            let kept = if sparse {
                steps_with_numbers(a, (first, count), from, steps)
            } else {
                steps.iter_mut().zip(0..).for_each(|(step, p)| *step = p);
                depth
            };
            self.dropped |= kept < depth;
            let at = |p: u32| a.at(first, from + p as usize);
            for (to, &p) in numbers.chunks_exact_mut(height).zip(&steps[..kept]) {
                let x = at(p);
                for (r, to) in to[..count].iter_mut().enumerate() {
                    *to = unsafe { *x.wrapping_add(r * a.row) };
                }
                // The sums of other rows are not used, but numbers that are not finite are slow on some machines.
                to[count..].fill(0.0);
            }
            self.panels.push(Panel {
                at: i * height * depth,
                from: i * depth,
                steps: kept,
            });
        }
    }

    /// As `pack` of the transpose of a matrix that is packed: its columns `top` to `top + rows`, with all steps.
    pub fn pack_panels(&mut self, z: Matrix<f32>, (top, rows): (usize, usize), depth: usize) {
        let height = shape().rows;
        let panels = rows.div_ceil(height);
        let all = self.numbers.numbers(panels * height * depth);
        self.steps.clear();
        self.steps.extend(0..depth as u32);
        self.panels.clear();
        self.dropped = false;
        for i in 0..panels {
            let at = i * height * depth;
            let (first, last) = (top + i * height, top + rows - 1);
            let to = &mut all[at..at + height * depth];
            if height == ROWS {
                copy_pairs::<{ ROWS / 2 }>(z, first, last, to);
            } else {
                copy_pairs::<{ ROWS / 4 }>(z, first, last, to);
            }
            self.panels.push(Panel {
                at,
                from: 0,
                steps: depth,
            });
        }
    }

    /// The sums of panel `i` with `columns` columns of a panel of B that begin at `b`.
    pub fn sums(&self, i: usize, b: *const f32, columns: usize, sums: &mut Sums) {
        let Panel { at, from, steps } = self.panels[i];
        let a = self.numbers.0.as_ptr().cast::<f32>().wrapping_add(at);
        let steps = &self.steps[from..from + steps];
        dispatch(Tile {
            a,
            b,
            steps,
            columns,
            sums,
        });
    }
}

/// Turns columns of a packed matrix from `first` on, two at a time; instead of those behind `last`, which no one uses, it
/// takes the last ones again.
fn copy_pairs<const PAIRS: usize>(z: Matrix<f32>, first: usize, last: usize, to: &mut [f32]) {
    let from: [*const [f32; 2]; PAIRS] = std::array::from_fn(|i| {
        let column = (first + 2 * i).min(last & !1);
        z.at(column / PANEL, column % PANEL).cast_const().cast()
    });
    let (to, _) = to.as_chunks_mut::<2>();
    for (p, to) in to.chunks_exact_mut(PAIRS).enumerate() {
        for i in 0..PAIRS {
            to[i] = unsafe { from[i].wrapping_add(p * PANEL / 2).read() };
        }
    }
}

/// Which steps hold a number other than 0 in one of `count` rows; how many.
fn steps_with_numbers(a: Operand<f32>, (first, count): (usize, usize), from: usize, steps: &mut [u32]) -> usize {
    if a.column != 1 {
        steps.iter_mut().zip(0..).for_each(|(step, p)| *step = p);
        return steps.len();
    }
    // The bits of the numbers without their signs; NaN is a number other than 0, too.
    steps.fill(0);
    for r in 0..count {
        let row = unsafe { std::slice::from_raw_parts(a.at(first + r, from).cast::<u32>(), steps.len()) };
        steps.iter_mut().zip(row).for_each(|(step, x)| *step |= *x);
    }
    let mut kept = 0;
    for p in 0..steps.len() {
        let is_kept = steps[p] << 1 != 0;
        steps[kept] = p as u32;
        kept += usize::from(is_kept);
    }
    kept
}

/// Rows of B that are packed together, so that what lies side by side is read at once.
const TOGETHER: usize = 8;

/// Packs columns of `b` from `left` on, and of these the steps `from` to `from + depth`: panel by panel, the last one
/// filled up with zeros.
pub fn pack_right(b: Operand<f32>, (left, columns): (usize, usize), (from, depth): (usize, usize), to: &mut [f32]) {
    let size = depth * PANEL;
    let whole = columns / PANEL * PANEL;
    if b.column == 1 {
        for first in (0..depth).step_by(TOGETHER) {
            for j in (0..whole).step_by(PANEL) {
                for p in first..depth.min(first + TOGETHER) {
                    let row = unsafe { &*b.at(from + p, left + j).cast::<[f32; PANEL]>() };
                    let at = j / PANEL * size + p * PANEL;
                    to[at..at + PANEL].copy_from_slice(row);
                }
            }
        }
    } else {
        for (panel, j) in to.chunks_exact_mut(size.max(1)).zip((0..whole).step_by(PANEL)) {
            pack_some(b, (left + j, PANEL), (from, depth), panel);
        }
    }
    if whole < columns {
        let panel = &mut to[whole / PANEL * size..][..size];
        panel.fill(0.0);
        pack_some(b, (left + whole, columns - whole), (from, depth), panel);
    }
}

fn pack_some(b: Operand<f32>, (left, columns): (usize, usize), (from, depth): (usize, usize), panel: &mut [f32]) {
    // Along the rows of what is stored.
    if b.column == 1 {
        for p in 0..depth {
            for j in 0..columns {
                panel[p * PANEL + j] = unsafe { *b.at(from + p, left + j) };
            }
        }
        return;
    }
    for j in 0..columns {
        for p in 0..depth {
            panel[p * PANEL + j] = unsafe { *b.at(from + p, left + j) };
        }
    }
}

struct Tile<'a> {
    a: *const f32,
    b: *const f32,
    steps: &'a [u32],
    columns: usize,
    sums: &'a mut Sums,
}

impl WithSimd for Tile<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match (S::REGISTER_COUNT >= 32, self.columns > S::F32_LANES) {
            (true, true) => self.sum::<S, ROWS, 2>(simd),
            (true, false) => self.sum::<S, ROWS, 1>(simd),
            (false, true) => self.sum::<S, { ROWS / 2 }, 2>(simd),
            (false, false) => self.sum::<S, { ROWS / 2 }, 1>(simd),
        }
    }
}

impl Tile<'_> {
    #[inline(always)]
    fn sum<S: Simd, const R: usize, const V: usize>(self, simd: S) {
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        for (s, &p) in self.steps.iter().enumerate() {
            let (a, b) = (self.a.wrapping_add(s * R), self.b.wrapping_add(p as usize * PANEL));
            let y: [S::f32s; V] = std::array::from_fn(|v| unsafe { b.cast::<S::f32s>().add(v).read_unaligned() });
            for i in 0..R {
                let x = simd.splat_f32s(unsafe { *a.add(i) });
                for v in 0..V {
                    sums[i][v] = simd.mul_add_f32s(x, y[v], sums[i][v]);
                }
            }
        }
        for i in 0..R {
            for v in 0..V {
                let at = self.sums[i * PANEL + v * S::F32_LANES..].as_mut_ptr();
                unsafe { at.cast::<S::f32s>().write_unaligned(sums[i][v]) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_sums_of_products_with_and_without_steps_left_out() {
        let (rows, depth, columns) = (17, 40, 23);
        let mut x: Vec<f32> = (0..rows * depth).map(|i| ((i * 7) % 11) as f32 - 5.0).collect();
        // A step that is 0 in all rows, and one that is 0 in the first panel alone.
        for i in 0..rows {
            x[i * depth + 3] = if i % 2 == 0 { 0.0 } else { -0.0 };
            if i < ROWS {
                x[i * depth + 20] = 0.0;
            }
        }
        let mut y: Vec<f32> = (0..depth * columns).map(|i| ((i * 5) % 13) as f32 - 6.0).collect();
        let (a, b) = (
            Operand::new(Matrix::of(&mut x, depth), false),
            Operand::new(Matrix::of(&mut y, columns), false),
        );
        let mut panel = vec![f32::NAN; depth * PANEL];
        pack_right(b, (0, columns), (0, depth), &mut panel);
        let tile = shape();
        for sparse in [false, true] {
            let mut left = Left::default();
            left.pack(a, (0, rows), (0, depth), sparse);
            assert_eq!(left.dropped, sparse);
            for i in 0..rows {
                for j in (0..columns).step_by(tile.columns) {
                    let mut sums = [f32::NAN; ROWS * PANEL];
                    let width = tile.columns.min(columns - j);
                    left.sums(i / tile.rows, panel[j..].as_ptr(), width, &mut sums);
                    for v in 0..width {
                        let expected: f32 = (0..depth).map(|p| x_at(&a, i, p) * x_at(&b, p, j + v)).sum();
                        assert_eq!(sums[i % tile.rows * PANEL + v], expected);
                    }
                }
            }
        }
    }

    fn x_at(x: &Operand<f32>, i: usize, j: usize) -> f32 {
        unsafe { *x.at(i, j) }
    }
}
