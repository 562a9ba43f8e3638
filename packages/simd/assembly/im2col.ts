import { cut, int, ptr } from './arguments';
import { copy } from './move';

// Both kernels take: x, patches, images, then inHeight, inWidth, channels, outHeight, outWidth,
// filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft.

/**
 * patches[b][y][x] = the filterHeight × filterWidth × channels numbers that an output pixel sees, and 0
 * outside of the image.
 */
export function im2col(args: usize, part: i32, parts: i32): void {
  const lines = int(args, 2) * int(args, 6);
  eachRow(args, cut(lines, part, parts, 1), cut(lines, part + 1, parts, 1), false);
}

/** The transpose of `im2col`: x[pixel] = the sum of everything that patches hold for it. */
export function col2im(args: usize, part: i32, parts: i32): void {
  const bytes = <usize>int(args, 3) * <usize>int(args, 4) * (<usize>int(args, 5) << 2);
  const images = int(args, 2), outHeight = int(args, 6);
  const last = cut(images, part + 1, parts, 1);
  // Whole images, since patches overlap.
  for (let b = cut(images, part, parts, 1); b < last; b++) {
    memory.fill(ptr(args, 0) + <usize>b * bytes, 0, bytes);
    eachRow(args, b * outHeight, (b + 1) * outHeight, true);
  }
}

/** Takes each row of the patches of some lines of output pixels from the image, or adds it there. */
// @ts-ignore: decorator
@inline function eachRow(args: usize, firstLine: i32, lastLine: i32, adds: bool): void {
  const inHeight = int(args, 3), inWidth = int(args, 4);
  const outHeight = int(args, 6), outWidth = int(args, 7);
  const filterHeight = int(args, 8), filterWidth = int(args, 9);
  const strideHeight = int(args, 10), strideWidth = int(args, 11);
  const dilationHeight = int(args, 12), dilationWidth = int(args, 13);
  const padTop = int(args, 14), padLeft = int(args, 15);
  const pixel = <usize>int(args, 5) << 2;
  const bytes = <usize>filterWidth * pixel;
  let row = ptr(args, 1) + <usize>firstLine * <usize>outWidth * <usize>filterHeight * bytes;
  for (let line = firstLine; line < lastLine; line++) {
    const image = line / outHeight;
    const top = (line - image * outHeight) * strideHeight - padTop;
    for (let x = 0; x < outWidth; x++) {
      const left = x * strideWidth - padLeft;
      for (let f = 0; f < filterHeight; f++, row += bytes) {
        const y = top + f * dilationHeight;
        if (y < 0 || y >= inHeight) {
          if (!adds) zero(row, bytes);
          continue;
        }
        const pixels = ptr(args, 0) + <usize>(image * inHeight + y) * <usize>inWidth * pixel;
        if (dilationWidth == 1) {
          // Of the row, the part from `first` to before `last` lies within the image.
          const first = min(max(-left, 0), filterWidth);
          const last = max(first, min(filterWidth, inWidth - left));
          const inside = row + <usize>first * pixel, end = row + <usize>last * pixel;
          const there = pixels + <usize>(left + first) * pixel;
          if (adds) {
            addTo(there, inside, end - inside);
          } else {
            if (first) zero(row, inside - row);
            copy(inside, there, end - inside);
            if (last < filterWidth) zero(end, row + bytes - end);
          }
          continue;
        }
        for (let g = 0; g < filterWidth; g++) {
          const at = row + <usize>g * pixel;
          const c = left + g * dilationWidth;
          const inImage = c >= 0 && c < inWidth;
          if (adds) {
            if (inImage) addTo(pixels + <usize>c * pixel, at, pixel);
          } else if (inImage) {
            copy(at, pixels + <usize>c * pixel, pixel);
          } else {
            zero(at, pixel);
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline function zero(to: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, i32x4.splat(0));
  for (; i < bytes; i += 4) store<f32>(to + i, 0);
}

// @ts-ignore: decorator
@inline function addTo(to: usize, from: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i));
}
