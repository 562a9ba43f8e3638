//! How strongly filters respond in each part of an image, as in simd's assembly/patch-responses.ts.

use pulp::{Simd, WithSimd};

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::dispatch;

/// The filters are filled up to a multiple of the longest vector.
const FILTERS: usize = 16;
/// Pixels that are taken together: with one vector of filters each, enough sums to hide the latency of a product.
const PIXELS: usize = 8;

#[derive(Clone, Copy)]
struct Shape {
    height: usize,
    width: usize,
    channels: usize,
    size: usize,
    padding: usize,
    stride: usize,
    count: usize,
    down: usize,
    across: usize,
    rows: usize,
    columns: usize,
    threshold: f32,
    least: f32,
}

#[derive(Clone, Copy)]
pub struct Operands {
    x: Matrix<f32>,
    filters: Matrix<f32>,
    out: Matrix<f32>,
    vertical: Matrix<f32>,
    horizontal: Matrix<f32>,
    shape: Shape,
}

/// √max(least, Σ window · max(0, patch·filter − threshold)). Arguments: x, filters [size, size, channels, filters], out
/// [images, cells down · cells across · filters], vertical windows [cells down, rows], horizontal ones [cells across,
/// columns], images, height, width, channels, size, padding, stride, filters, cells down, cells across, rows, columns,
/// threshold, least; WebAssembly's scratch memory follows.
pub fn patch_responses(arguments: &Arguments) -> Result<Work, String> {
    let size = |i| arguments.size(i);
    let images = size(5)?;
    let s = Shape {
        height: size(6)?,
        width: size(7)?,
        channels: size(8)?,
        size: size(9)?,
        padding: size(10)?,
        stride: size(11)?,
        count: size(12)?,
        down: size(13)?,
        across: size(14)?,
        rows: size(15)?,
        columns: size(16)?,
        threshold: arguments.f32(17),
        least: arguments.f32(18),
    };
    let product = |sizes: &[usize]| {
        let all = sizes.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
        all.filter(|&all| all < 1 << 40).ok_or("the sizes are too large")
    };
    let places = |length: usize, places: usize| {
        let last = product(&[places.saturating_sub(1), s.stride])? + s.size;
        if last > product(&[2, s.padding])? + length {
            return Err(format!("{places} places of {} pixels do not fit into {length}", s.size));
        }
        Ok(())
    };
    places(s.height, s.rows)?;
    places(s.width, s.columns)?;
    let operands = Operands {
        x: arguments.matrix(0, images, product(&[s.height, s.width, s.channels])?, s.pixels())?,
        filters: arguments.matrix(1, product(&[s.size, s.run()])?, s.count, s.count)?,
        out: arguments.matrix(2, images, product(&[s.down, s.across, s.count])?, s.responses())?,
        vertical: arguments.matrix(3, s.down, s.rows, s.rows)?,
        horizontal: arguments.matrix(4, s.across, s.columns, s.columns)?,
        shape: s,
    };
    Ok(arguments.in_parts(move |part, parts| {
        let share = (cut(images, part, parts, 1), cut(images, part + 1, parts, 1));
        if share.0 < share.1 && s.responses() > 0 {
            dispatch(Images { operands, share });
        }
    }))
}

impl Shape {
    #[inline(always)]
    fn pixels(&self) -> usize {
        self.height * self.width * self.channels
    }
    #[inline(always)]
    fn responses(&self) -> usize {
        self.down * self.across * self.count
    }
    /// Numbers of a patch that lie side by side.
    #[inline(always)]
    fn run(&self) -> usize {
        self.size * self.channels
    }
    #[inline(always)]
    fn wide(&self) -> usize {
        self.count.next_multiple_of(FILTERS)
    }
    #[inline(always)]
    fn padded_row(&self) -> usize {
        (self.width + 2 * self.padding) * self.channels
    }
}

/// The share of a part.
struct Images {
    operands: Operands,
    share: (usize, usize),
}

impl WithSimd for Images {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Images { operands, share } = self;
        let Operands {
            x,
            filters,
            out,
            vertical,
            horizontal,
            shape: s,
        } = operands;
        let wide = s.wide();
        let taps = s.size * s.run();
        // Filters side by side; 0 beside the last.
        let mut packed = vec![0.0f32; taps * wide];
        for t in 0..taps {
            packed[t * wide..t * wide + s.count].copy_from_slice(filters.slice(t, s.count));
        }
        let height = s.height + 2 * s.padding;
        let mut image = vec![0.0f32; height * s.padded_row() + PIXELS * s.stride * s.channels];
        // Where the numbers other than 0 begin and end in each row of the image.
        let mut spans = vec![(0usize, 0usize); height];
        let mut line = vec![0.0f32; (s.columns + PIXELS) * wide];
        let mut pooled_line = vec![0.0f32; s.across * wide];
        let mut pooled = vec![0.0f32; s.down * s.across * wide];
        for b in share.0..share.1 {
            pad(&s, x.slice(b, s.pixels()), &mut image, &mut spans);
            pooled.fill(0.0);
            for y in 0..s.rows {
                let Some(seen) = respond_to_row(simd, &s, y * s.stride, &image, &spans, &packed, &mut line) else {
                    continue;
                };
                pool_across(simd, &s, seen, &line, horizontal, &mut pooled_line);
                for (i, sums) in pooled.chunks_exact_mut(s.across * wide).enumerate() {
                    let weight = unsafe { *vertical.at(i, y) };
                    sums.iter_mut()
                        .zip(&pooled_line)
                        .for_each(|(sum, x)| *sum = weight.mul_add(*x, *sum));
                }
            }
            let to = out.slice(b, s.responses());
            for (from, to) in pooled.chunks_exact(wide).zip(to.chunks_exact_mut(s.count.max(1))) {
                to.iter_mut()
                    .zip(from)
                    .for_each(|(to, x)| *to = (if *x < s.least { s.least } else { *x }).sqrt());
            }
        }
    }
}

/// Copies the image into its border, which stays 0.
#[inline(always)]
fn pad(s: &Shape, x: &[f32], image: &mut [f32], spans: &mut [(usize, usize)]) {
    let (row, left) = (s.width * s.channels, s.padding * s.channels);
    for y in 0..s.height {
        let from = &x[y * row..(y + 1) * row];
        let at = (y + s.padding) * s.padded_row() + left;
        image[at..at + row].copy_from_slice(from);
        let begin = from.iter().position(|x| *x != 0.0);
        let end = from.iter().rposition(|x| *x != 0.0);
        spans[y + s.padding] = match (begin, end) {
            (Some(begin), Some(end)) => (begin + left, end + 1 + left),
            _ => (0, 0),
        };
    }
}

/// The responses in one row of places, and between which columns there is something to see. Where all is 0, nothing is
/// computed.
#[inline(always)]
fn respond_to_row<S: Simd>(
    simd: S,
    s: &Shape,
    top: usize,
    image: &[f32],
    spans: &[(usize, usize)],
    filters: &[f32],
    line: &mut [f32],
) -> Option<(usize, usize)> {
    let wide = s.wide();
    let step = s.stride * s.channels;
    let mut seen: Option<(usize, usize)> = None;
    for c in (0..s.columns).step_by(PIXELS) {
        let start = c * step;
        let end = start + (PIXELS - 1) * step + s.run();
        let touches = |i: usize| spans[top + i].0 < end && spans[top + i].1 > start;
        let to = &mut line[c * wide..(c + PIXELS) * wide];
        if s.threshold >= 0.0 && !(0..s.size).any(touches) {
            if seen.is_some() {
                to.fill(0.0);
            }
            continue;
        }
        seen = Some((seen.map_or(c, |(from, _)| from), (c + PIXELS).min(s.columns)));
        for f in (0..wide).step_by(S::F32_LANES) {
            let mut sums = [simd.splat_f32s(-s.threshold); PIXELS];
            for i in (0..s.size).filter(|&i| touches(i)) {
                let row = (top + i) * s.padded_row() + start;
                // The image is followed by as many zeros as the last pixels read.
                let pixels = image[row..row + (PIXELS - 1) * step + s.run()].as_ptr();
                let weights = filters[i * s.run() * wide + f..(i + 1) * s.run() * wide].as_ptr();
                for t in 0..s.run() {
                    let w = unsafe { load(simd, weights.add(t * wide)) };
                    for (p, sum) in sums.iter_mut().enumerate() {
                        let x = simd.splat_f32s(unsafe { *pixels.add(p * step + t) });
                        *sum = simd.mul_add_f32s(x, w, *sum);
                    }
                }
            }
            let zero = simd.splat_f32s(0.0);
            for (p, &sum) in sums.iter().enumerate() {
                // In this order NaN stays.
                let response = simd.max_f32s(zero, sum);
                unsafe { store::<S>(&mut to[p * wide + f..(p + 1) * wide], response) };
            }
        }
    }
    seen
}

/// out[cell] = Σ window[cell][column] · line[column]
#[inline(always)]
fn pool_across<S: Simd>(
    simd: S,
    s: &Shape,
    (from, to): (usize, usize),
    line: &[f32],
    windows: Matrix<f32>,
    out: &mut [f32],
) {
    /// Cells that are taken together.
    const CELLS: usize = 6;
    let wide = s.wide();
    for i in (0..s.across).step_by(CELLS) {
        let cells = CELLS.min(s.across - i);
        // Beside the last cell any weight will do: its sums are dropped.
        let rows: [_; CELLS] = std::array::from_fn(|j| windows.at(i + j.min(cells - 1), 0));
        for f in (0..wide).step_by(S::F32_LANES) {
            let mut sums = [simd.splat_f32s(0.0); CELLS];
            let line = line[from * wide + f..to * wide].as_ptr();
            for c in from..to {
                let x = unsafe { load(simd, line.add((c - from) * wide)) };
                for (row, sum) in rows.iter().zip(sums.iter_mut()) {
                    let weight = simd.splat_f32s(unsafe { *row.add(c) });
                    *sum = simd.mul_add_f32s(weight, x, *sum);
                }
            }
            for (j, &sum) in sums.iter().enumerate().take(cells) {
                unsafe { store::<S>(&mut out[(i + j) * wide + f..(i + j + 1) * wide], sum) };
            }
        }
    }
}

/// # Safety
/// A whole vector lies at `at`.
#[inline(always)]
unsafe fn load<S: Simd>(_: S, at: *const f32) -> S::f32s {
    unsafe { at.cast::<S::f32s>().read_unaligned() }
}

/// # Safety
/// `to` has room for a whole vector.
#[inline(always)]
unsafe fn store<S: Simd>(to: &mut [f32], value: S::f32s) {
    unsafe { to.as_mut_ptr().cast::<S::f32s>().write_unaligned(value) }
}
