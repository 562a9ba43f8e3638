import { cut, int, ptr } from './arguments';

// Both kernels take: x, out, images, inHeight, inWidth, channels, outHeight, outWidth, filterHeight,
// filterWidth, strideHeight, strideWidth, padTop, padLeft.

/** The largest number of each window and channel. NaN never wins; an empty window gives −∞. */
export function maxPool(args: usize, part: i32, parts: i32): void {
  const inHeight = int(args, 3), inWidth = int(args, 4), channels = int(args, 5);
  const outHeight = int(args, 6), outWidth = int(args, 7);
  const filterHeight = int(args, 8), filterWidth = int(args, 9);
  const strideHeight = int(args, 10), strideWidth = int(args, 11);
  const padTop = int(args, 12), padLeft = int(args, 13);
  const pixel = <usize>channels << 2;
  const lines = int(args, 2) * outHeight;
  const last = cut(lines, part + 1, parts, 1);
  for (let l = cut(lines, part, parts, 1); l < last; l++) {
    const image = l / outHeight;
    const top = (l - image * outHeight) * strideHeight - padTop;
    const y0 = max(top, 0), y1 = min(top + filterHeight, inHeight);
    const x = ptr(args, 0) + <usize>image * <usize>inHeight * <usize>inWidth * pixel;
    for (let o = 0; o < outWidth; o++) {
      const left = o * strideWidth - padLeft;
      const x0 = max(left, 0), x1 = min(left + filterWidth, inWidth);
      const out = ptr(args, 1) + (<usize>l * <usize>outWidth + <usize>o) * pixel;
      const end = out + pixel;
      const whole = out + (pixel & ~15);
      const least = f32x4.splat(-Infinity);
      let to = out;
      for (; to < whole; to += 16) v128.store(to, least);
      for (; to < end; to += 4) store<f32>(to, -Infinity);
      // One pixel of the window after another, so that the output stays in the first cache.
      for (let i = y0; i < y1; i++) {
        let p = x + <usize>(i * inWidth + x0) * pixel;
        for (let j = x0; j < x1; j++) {
          for (to = out; to < whole; to += 16, p += 16) {
            v128.store(to, f32x4.pmax(v128.load(to), v128.load(p)));
          }
          for (; to < end; to += 4, p += 4) {
            const v = load<f32>(p);
            if (v > load<f32>(to)) store<f32>(to, v);
          }
        }
      }
    }
  }
}

/**
 * The gradient of `maxPool`: each number of dy goes to the first largest number of its window.
 * `out` is the gradient with respect to x; one more argument: dy.
 */
export function maxPoolGrad(args: usize, part: i32, parts: i32): void {
  const inHeight = int(args, 3), inWidth = int(args, 4), channels = int(args, 5);
  const outHeight = int(args, 6), outWidth = int(args, 7);
  const filterHeight = int(args, 8), filterWidth = int(args, 9);
  const strideHeight = int(args, 10), strideWidth = int(args, 11);
  const padTop = int(args, 12), padLeft = int(args, 13);
  const pixel = <usize>channels << 2;
  const bytes = <usize>inHeight * <usize>inWidth * pixel;
  const images = int(args, 2);
  const last = cut(images, part + 1, parts, 1);
  for (let b = cut(images, part, parts, 1); b < last; b++) {
    const x = ptr(args, 0) + <usize>b * bytes;
    const dx = ptr(args, 1) + <usize>b * bytes;
    memory.fill(dx, 0, bytes);
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideHeight - padTop;
      const y0 = max(top, 0), y1 = min(top + filterHeight, inHeight);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideWidth - padLeft;
        const x0 = max(left, 0), x1 = min(left + filterWidth, inWidth);
        const dy = ptr(args, 14) + <usize>((b * outHeight + oy) * outWidth + ox) * pixel;
        for (let c: usize = 0; c < pixel; c += 4) {
          let best: f32 = -Infinity;
          let place: usize = 0;
          for (let i = y0; i < y1; i++) {
            for (let j = x0; j < x1; j++) {
              const at = <usize>(i * inWidth + j) * pixel + c;
              const v = load<f32>(x + at);
              if (v > best) {
                best = v;
                place = dx + at;
              }
            }
          }
          if (place) store<f32>(place, load<f32>(place) + load<f32>(dy + c));
        }
      }
    }
  }
}
