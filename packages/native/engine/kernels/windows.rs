//! Patches of images as rows, and back.

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// Arguments 2 to 15: images, inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight,
/// strideWidth, dilationHeight, dilationWidth, padTop, padLeft.
#[derive(Clone, Copy)]
pub struct Windows {
    images: usize,
    height: usize,
    width: usize,
    channels: usize,
    out_height: usize,
    out_width: usize,
    filter: (usize, usize),
    stride: (usize, usize),
    dilation: (usize, usize),
    pad: (usize, usize),
}

impl Windows {
    fn new(arguments: &Arguments) -> Result<Self, String> {
        let size = |i| match arguments.size(i)? {
            size if size < 1 << 31 => Ok(size),
            size => Err(format!("argument {i} is too large: {size}")),
        };
        Ok(Windows {
            images: size(2)?,
            height: size(3)?,
            width: size(4)?,
            channels: size(5)?,
            out_height: size(6)?,
            out_width: size(7)?,
            filter: (size(8)?, size(9)?),
            stride: (size(10)?, size(11)?),
            dilation: (size(12)?, size(13)?),
            pad: (size(14)?, size(15)?),
        })
    }

    /// The images, a row of pixels each, and their patches, a row each.
    fn operands(&self, arguments: &Arguments) -> Result<(Matrix<f32>, Matrix<f32>), String> {
        let product = |sizes: [usize; 3]| {
            let all = sizes.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
            all.ok_or("the sizes are too large".to_string())
        };
        let rows = product([self.images, self.height, 1])?;
        let row = product([self.width, self.channels, 1])?;
        let patches = product([self.images, self.out_height, self.out_width])?;
        let patch = product([self.filter.0, self.filter.1, self.channels])?;
        let x = arguments.matrix(0, rows, row, row)?;
        Ok((x, arguments.matrix(1, patches, patch, patch)?))
    }

    /// Visits each row of the patches of some lines of output pixels: where it lies in the patches, which row of pixels
    /// it sees (none outside of the image), and from which column on, which may be negative.
    #[inline(always)]
    fn each_row(&self, lines: (usize, usize), mut visit: impl FnMut(usize, usize, Option<usize>, isize)) {
        for line in lines.0..lines.1 {
            let (image, y) = (line / self.out_height, line % self.out_height);
            for x in 0..self.out_width {
                let left = (x * self.stride.1) as isize - self.pad.1 as isize;
                for f in 0..self.filter.0 {
                    let row = (y * self.stride.0 + f * self.dilation.0) as isize - self.pad.0 as isize;
                    let inside = row >= 0 && (row as usize) < self.height;
                    let pixels = inside.then(|| image * self.height + row as usize);
                    visit(line * self.out_width + x, f, pixels, left);
                }
            }
        }
    }

    /// The taps of a row of a patch that lie within the image, where they lie side by side.
    #[inline(always)]
    fn taps_inside(&self, left: isize) -> (usize, usize) {
        let first = (-left).clamp(0, self.filter.1 as isize) as usize;
        let last = (self.width as isize - left).clamp(first as isize, self.filter.1 as isize) as usize;
        (first, last)
    }
}

/// patches[b][y][x] = what an output pixel sees, and 0 outside of the image. Arguments: x, patches, then `Windows`.
pub fn im2col(arguments: &Arguments) -> Result<Work, String> {
    let windows = Windows::new(arguments)?;
    let (x, patches) = windows.operands(arguments)?;
    let lines = windows.images * windows.out_height;
    Ok(arguments.in_parts(move |part, parts| {
        lay_out(
            windows,
            x,
            patches,
            (cut(lines, part, parts, 1), cut(lines, part + 1, parts, 1)),
        );
    }))
}

/// x[pixel] = the sum of everything that patches hold for it. Arguments as those of `im2col`.
pub fn col2im(arguments: &Arguments) -> Result<Work, String> {
    let windows = Windows::new(arguments)?;
    let (x, patches) = windows.operands(arguments)?;
    let Windows { images, height, .. } = windows;
    Ok(arguments.in_parts(move |part, parts| {
        // Whole images, since patches overlap.
        for b in cut(images, part, parts, 1)..cut(images, part + 1, parts, 1) {
            for row in b * height..(b + 1) * height {
                x.slice(row, windows.width * windows.channels).fill(0.0);
            }
            add_up(
                windows,
                x,
                patches,
                (b * windows.out_height, (b + 1) * windows.out_height),
            );
        }
    }))
}

vectorized! {
    pub fn lay_out(w: Windows, x: Matrix<f32>, patches: Matrix<f32>, lines: (usize, usize)) {
        let run = w.filter.1 * w.channels;
        w.each_row(lines, |patch, f, pixels, left| {
            let to = patches.from(patch, f * run).slice(0, run);
            let Some(pixels) = pixels else {
                to.fill(0.0);
                return;
            };
            if w.dilation.1 == 1 {
                let (first, last) = w.taps_inside(left);
                to[..first * w.channels].fill(0.0);
                to[last * w.channels..].fill(0.0);
                if first < last {
                    let at = (left + first as isize) as usize * w.channels;
                    copy(&mut to[first * w.channels..last * w.channels], x.at(pixels, at));
                }
                return;
            }
            for (g, to) in to.chunks_exact_mut(w.channels.max(1)).enumerate() {
                let column = left + (g * w.dilation.1) as isize;
                if column >= 0 && (column as usize) < w.width {
                    copy(to, x.at(pixels, column as usize * w.channels));
                } else {
                    to.fill(0.0);
                }
            }
        });
    }
}

/// By vectors of eight, four and one: what is copied is too short for a call, and for a loop over long vectors.
#[inline(always)]
fn copy(to: &mut [f32], from: *const f32) {
    let length = to.len();
    let to = to.as_mut_ptr();
    let mut i = 0;
    unsafe {
        while i + 8 <= length {
            to.add(i)
                .cast::<[f32; 8]>()
                .write(from.add(i).cast::<[f32; 8]>().read());
            i += 8;
        }
        if i + 4 <= length {
            to.add(i)
                .cast::<[f32; 4]>()
                .write(from.add(i).cast::<[f32; 4]>().read());
            i += 4;
        }
        while i < length {
            *to.add(i) = *from.add(i);
            i += 1;
        }
    }
}

vectorized! {
    pub fn add_up(w: Windows, x: Matrix<f32>, patches: Matrix<f32>, lines: (usize, usize)) {
        let run = w.filter.1 * w.channels;
        w.each_row(lines, |patch, f, pixels, left| {
            let Some(pixels) = pixels else {
                return;
            };
            let from = patches.from(patch, f * run).slice(0, run);
            if w.dilation.1 == 1 {
                let (first, last) = w.taps_inside(left);
                if first < last {
                    let at = (left + first as isize) as usize * w.channels;
                    add(x.from(pixels, at), &from[first * w.channels..last * w.channels]);
                }
                return;
            }
            for (g, from) in from.chunks_exact(w.channels.max(1)).enumerate() {
                let column = left + (g * w.dilation.1) as isize;
                if column >= 0 && (column as usize) < w.width {
                    add(x.from(pixels, column as usize * w.channels), from);
                }
            }
        });
    }
}

#[inline(always)]
fn add(to: Matrix<f32>, from: &[f32]) {
    to.slice(0, from.len())
        .iter_mut()
        .zip(from)
        .for_each(|(to, x)| *to += *x);
}
