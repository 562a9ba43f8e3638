import { cut, int, ptr } from './arguments';
import { copy } from './move';

// Both kernels take: x, patches, images, then inHeight, inWidth, channels, outHeight, outWidth,
// filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft.

/**
 * patches[b][y][x] = the filterHeight × filterWidth × channels numbers that an output pixel sees, and 0
 * outside of the image.
 */
export function im2col(args: usize, part: i32, parts: i32): void {
  const inHeight = int(args, 3), inWidth = int(args, 4);
  const outHeight = int(args, 6), outWidth = int(args, 7);
  const filterHeight = int(args, 8), filterWidth = int(args, 9);
  const strideHeight = int(args, 10), strideWidth = int(args, 11);
  const dilationHeight = int(args, 12), dilationWidth = int(args, 13);
  const padTop = int(args, 14), padLeft = int(args, 15);
  const pixel = <usize>int(args, 5) << 2;
  const filterRow = <usize>filterWidth * pixel;
  const lines = int(args, 2) * outHeight;
  const line = cut(lines, part, parts, 1);
  const last = cut(lines, part + 1, parts, 1);
  let to = ptr(args, 1) + <usize>line * <usize>outWidth * <usize>filterHeight * filterRow;
  for (let l = line; l < last; l++) {
    const image = l / outHeight;
    const top = (l - image * outHeight) * strideHeight - padTop;
    for (let x = 0; x < outWidth; x++) {
      const left = x * strideWidth - padLeft;
      for (let f = 0; f < filterHeight; f++, to += filterRow) {
        const y = top + f * dilationHeight;
        if (y < 0 || y >= inHeight) {
          zero(to, filterRow);
          continue;
        }
        const from = ptr(args, 0) + <usize>(image * inHeight + y) * <usize>inWidth * pixel;
        if (dilationWidth == 1) {
          const before = <usize>min(max(-left, 0), filterWidth) * pixel;
          const after = <usize>min(max(left + filterWidth - inWidth, 0), filterWidth) * pixel;
          if (before + after >= filterRow) {
            zero(to, filterRow);
            continue;
          }
          if (before) zero(to, before);
          copy(to + before, from + <usize>max(left, 0) * pixel, filterRow - before - after);
          if (after) zero(to + filterRow - after, after);
        } else {
          for (let g = 0; g < filterWidth; g++) {
            const c = left + g * dilationWidth;
            if (c < 0 || c >= inWidth) zero(to + <usize>g * pixel, pixel);
            else copy(to + <usize>g * pixel, from + <usize>c * pixel, pixel);
          }
        }
      }
    }
  }
}

/** The transpose of `im2col`: x[pixel] = the sum of everything that patches hold for it. */
export function col2im(args: usize, part: i32, parts: i32): void {
  const inHeight = int(args, 3), inWidth = int(args, 4);
  const outHeight = int(args, 6), outWidth = int(args, 7);
  const filterHeight = int(args, 8), filterWidth = int(args, 9);
  const strideHeight = int(args, 10), strideWidth = int(args, 11);
  const dilationHeight = int(args, 12), dilationWidth = int(args, 13);
  const padTop = int(args, 14), padLeft = int(args, 15);
  const pixel = <usize>int(args, 5) << 2;
  const images = int(args, 2);
  const patch = <usize>filterHeight * <usize>filterWidth * pixel;
  const last = cut(images, part + 1, parts, 1);
  for (let b = cut(images, part, parts, 1); b < last; b++) {
    const bytes = <usize>inHeight * <usize>inWidth * pixel;
    const image = ptr(args, 0) + <usize>b * bytes;
    memory.fill(image, 0, bytes);
    let from = ptr(args, 1) + <usize>b * <usize>outHeight * <usize>outWidth * patch;
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, from += patch) {
        for (let f = 0; f < filterHeight; f++) {
          const y = oy * strideHeight - padTop + f * dilationHeight;
          if (y < 0 || y >= inHeight) continue;
          const left = ox * strideWidth - padLeft;
          const row = image + <usize>y * <usize>inWidth * pixel;
          const taken = from + <usize>(f * filterWidth) * pixel;
          if (dilationWidth == 1) {
            const g0 = max(-left, 0);
            const g1 = min(filterWidth, inWidth - left);
            if (g0 < g1) addTo(row + <usize>(left + g0) * pixel, taken + <usize>g0 * pixel, <usize>(g1 - g0) * pixel);
            continue;
          }
          for (let g = 0; g < filterWidth; g++) {
            const x = left + g * dilationWidth;
            if (x >= 0 && x < inWidth) addTo(row + <usize>x * pixel, taken + <usize>g * pixel, pixel);
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
