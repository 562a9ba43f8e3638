import { cut, int, ptr, single } from './arguments';
import { PATCH_PIXELS } from './blocks';
import { madd } from './lanes';

// Pixels go by PATCH_PIXELS, filters by 8, cells of the grid by 4.

/**
 * How strongly filters respond in each part of an image: √max(least, Σ window · max(0, patch·filter − threshold)).
 * An image is padded; then each row of responses is computed, pooled across, and added to what is pooled
 * downwards, so that it never leaves the first caches. Where a strip of an image is 0, nothing is computed.
 * Arguments: x, filters [size, size, channels, filters], out [images, cells down · cells across · filters],
 * vertical windows [cells down, rows], horizontal ones [cells across, columns], images, height, width,
 * channels, size, padding, stride, filters, cells down, cells across, rows, columns, threshold, least,
 * scratch, bytes of scratch per part: see patch-responses.ts.
 */
export function patchResponses(args: usize, part: i32, parts: i32): void {
  const height = int(args, 6), width = int(args, 7), channels = int(args, 8);
  const size = int(args, 9), padding = int(args, 10), stride = int(args, 11);
  const count = int(args, 12), down = int(args, 13), across = int(args, 14);
  const rows = int(args, 15), columns = int(args, 16);
  const threshold = single(args, 17), least = f32x4.splat(single(args, 18));
  const wide = (count + 7) & ~7, cells = (across + 3) & ~3;
  const filterRow = <usize>wide << 2;
  const run = size * channels;
  const paddedRow = (width + 2 * padding) * channels;
  const paddedHeight = height + 2 * padding;

  const filters = ptr(args, 19) + <usize>part * ptr(args, 20);
  const windows = filters + <usize>(size * run) * filterRow;
  const line = windows + (<usize>(columns * cells) << 2);
  const pooledLine = line + <usize>(columns + PATCH_PIXELS) * filterRow;
  const pooled = pooledLine + <usize>cells * filterRow;
  const spans = pooled + <usize>(down * across) * filterRow;
  const image = spans + (<usize>paddedHeight << 3);
  const lineBytes = <usize>(columns + PATCH_PIXELS) * filterRow;
  const pooledBytes = <usize>(down * across) * filterRow;

  packFilters(ptr(args, 1), filters, size * run, count, wide);
  transposeWindows(ptr(args, 4), windows, across, columns, cells);
  // The border stays 0, and so does what the last pixels read behind the image.
  memory.fill(image, 0, <usize>(paddedRow * paddedHeight + PATCH_PIXELS * stride * channels) << 2);

  const last = cut(int(args, 5), part + 1, parts, 1);
  for (let b = cut(int(args, 5), part, parts, 1); b < last; b++) {
    const x = ptr(args, 0) + (<usize>b * <usize>(height * width * channels) << 2);
    pad(x, image, spans, height, width * channels, padding, padding * channels, paddedRow);
    memory.fill(pooled, 0, pooledBytes);
    for (let y = 0; y < rows; y++) {
      const top = y * stride;
      // Columns outside of this range see only zeros.
      let from = columns, to = 0;
      for (let c = 0; c < columns; c += PATCH_PIXELS) {
        const start = c * stride * channels;
        const end = start + (PATCH_PIXELS - 1) * stride * channels + run;
        if (blank(spans, top, size, start, end) && threshold >= 0) {
          if (from < columns) memory.fill(line + <usize>c * filterRow, 0, <usize>PATCH_PIXELS * filterRow);
          continue;
        }
        from = min(from, c);
        to = min(c + PATCH_PIXELS, columns);
        const place = image + (<usize>(top * paddedRow + start) << 2);
        for (let f = 0; f < wide; f += 8) {
          respond(
            place, filters + (<usize>f << 2), line + <usize>c * filterRow + (<usize>f << 2), spans, top, size, run,
            start, end, <usize>paddedRow << 2, <usize>(stride * channels) << 2, filterRow, threshold,
          );
        }
      }
      if (from >= to) continue;
      poolAcross(line, pooledLine, windows, from, to, wide, cells, filterRow);
      for (let i = 0; i < down; i++) {
        const weight = v128.load32_splat(ptr(args, 3) + (<usize>(i * rows + y) << 2));
        const sums = pooled + <usize>(i * across) * filterRow;
        const bytes = <usize>across * filterRow;
        for (let o: usize = 0; o < bytes; o += 32) {
          v128.store(sums + o, madd(weight, v128.load(pooledLine + o), v128.load(sums + o)));
          v128.store(sums + o, madd(weight, v128.load(pooledLine + o, 16), v128.load(sums + o, 16)), 16);
        }
      }
    }
    finish(pooled, ptr(args, 2) + (<usize>b * <usize>(down * across * count) << 2), down * across, count, filterRow, least);
  }
}

/** Filters side by side, 8 at a time; 0 beside the last. */
function packFilters(from: usize, to: usize, taps: i32, count: i32, wide: i32): void {
  memory.fill(to, 0, <usize>(taps * wide) << 2);
  for (let t = 0; t < taps; t++) {
    memory.copy(to + (<usize>(t * wide) << 2), from + (<usize>(t * count) << 2), <usize>count << 2);
  }
}

/** The weights of all cells side by side, column by column. */
function transposeWindows(from: usize, to: usize, across: i32, columns: i32, cells: i32): void {
  memory.fill(to, 0, <usize>(columns * cells) << 2);
  for (let i = 0; i < across; i++) {
    for (let c = 0; c < columns; c++) {
      store<f32>(to + (<usize>(c * cells + i) << 2), load<f32>(from + (<usize>(i * columns + c) << 2)));
    }
  }
}

/** Copies the image into its border, and notes where the numbers other than 0 begin and end in each padded row. */
function pad(
  x: usize, image: usize, spans: usize, height: i32, row: i32, padding: i32, left: i32, paddedRow: i32,
): void {
  for (let y = 0; y < padding; y++) {
    store<i64>(spans + (<usize>y << 3), 0);
    store<i64>(spans + (<usize>(padding + height + y) << 3), 0);
  }
  for (let y = 0; y < height; y++) {
    const from = x + (<usize>(y * row) << 2);
    const to = image + (<usize>((y + padding) * paddedRow + left) << 2);
    memory.copy(to, from, <usize>row << 2);
    let begin = 0, end = row;
    while (begin < end && load<f32>(from + (<usize>begin << 2)) == 0) begin++;
    while (end > begin && load<f32>(from + (<usize>(end - 1) << 2)) == 0) end--;
    const span = spans + (<usize>(y + padding) << 3);
    store<i32>(span, begin < end ? begin + left : 0);
    store<i32>(span, begin < end ? end + left : 0, 4);
  }
}

/** Whether `size` rows are 0 between two columns. */
// @ts-ignore: decorator
@inline function blank(spans: usize, top: i32, size: i32, start: i32, end: i32): bool {
  for (let i = 0; i < size; i++) if (touches(spans, top + i, start, end)) return false;
  return true;
}

// @ts-ignore: decorator
@inline function touches(spans: usize, row: i32, start: i32, end: i32): bool {
  const span = spans + (<usize>row << 3);
  return load<i32>(span) < end && load<i32>(span, 4) > start;
}

/** Four pixels of 8 filters. */
// @ts-ignore: decorator
@inline function respond(
  place: usize, filters: usize, out: usize, spans: usize, top: i32, size: i32, run: i32, start: i32, end: i32,
  paddedRow: usize, step: usize, filterRow: usize, threshold: f32,
): void {
  let a0 = f32x4.splat(-threshold), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (let i = 0; i < size; i++) {
    if (!touches(spans, top + i, start, end)) continue;
    let p = place + <usize>i * paddedRow;
    let w = filters + <usize>(i * run) * filterRow;
    for (const stop = p + (<usize>run << 2); p < stop; p += 4, w += filterRow) {
      const w0 = v128.load(w), w1 = v128.load(w, 16);
      let v = v128.load32_splat(p);
      a0 = madd(v, w0, a0); a1 = madd(v, w1, a1);
      v = v128.load32_splat(p + step);
      b0 = madd(v, w0, b0); b1 = madd(v, w1, b1);
      v = v128.load32_splat(p + (step << 1));
      c0 = madd(v, w0, c0); c1 = madd(v, w1, c1);
      v = v128.load32_splat(p + step + (step << 1));
      d0 = madd(v, w0, d0); d1 = madd(v, w1, d1);
    }
  }
  const zero = f32x4.splat(0);
  v128.store(out, f32x4.max(a0, zero)); v128.store(out, f32x4.max(a1, zero), 16);
  out += filterRow;
  v128.store(out, f32x4.max(b0, zero)); v128.store(out, f32x4.max(b1, zero), 16);
  out += filterRow;
  v128.store(out, f32x4.max(c0, zero)); v128.store(out, f32x4.max(c1, zero), 16);
  out += filterRow;
  v128.store(out, f32x4.max(d0, zero)); v128.store(out, f32x4.max(d1, zero), 16);
}

/** out[cell] = Σ window[cell][column] · line[column]: four cells of 8 filters at a time. */
// @ts-ignore: decorator
@inline function poolAcross(
  line: usize, out: usize, windows: usize, from: i32, to: i32, wide: i32, cells: i32, filterRow: usize,
): void {
  const windowRow = <usize>cells << 2;
  for (let i = 0; i < cells; i += 4) {
    for (let f = 0; f < wide; f += 8) {
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
      let p = line + <usize>from * filterRow + (<usize>f << 2);
      let w = windows + <usize>from * windowRow + (<usize>i << 2);
      for (let c = from; c < to; c++, p += filterRow, w += windowRow) {
        const r0 = v128.load(p), r1 = v128.load(p, 16);
        let v = v128.load32_splat(w);
        a0 = madd(v, r0, a0); a1 = madd(v, r1, a1);
        v = v128.load32_splat(w, 4);
        b0 = madd(v, r0, b0); b1 = madd(v, r1, b1);
        v = v128.load32_splat(w, 8);
        c0 = madd(v, r0, c0); c1 = madd(v, r1, c1);
        v = v128.load32_splat(w, 12);
        d0 = madd(v, r0, d0); d1 = madd(v, r1, d1);
      }
      let o = out + <usize>i * filterRow + (<usize>f << 2);
      v128.store(o, a0); v128.store(o, a1, 16);
      o += filterRow;
      v128.store(o, b0); v128.store(o, b1, 16);
      o += filterRow;
      v128.store(o, c0); v128.store(o, c1, 16);
      o += filterRow;
      v128.store(o, d0); v128.store(o, d1, 16);
    }
  }
}

/** Stores the roots, without the padding beside the last filter. */
// @ts-ignore: decorator
@inline function finish(pooled: usize, out: usize, cells: i32, count: i32, filterRow: usize, least: v128): void {
  const whole = count & ~3;
  for (let i = 0; i < cells; i++) {
    const from = pooled + <usize>i * filterRow;
    const to = out + (<usize>(i * count) << 2);
    for (let f = 0; f < whole; f += 4) {
      const at = <usize>f << 2;
      v128.store(to + at, f32x4.sqrt(f32x4.max(v128.load(from + at), least)));
    }
    for (let f = whole; f < count; f++) {
      const at = <usize>f << 2;
      store<f32>(to + at, sqrt(max(load<f32>(from + at), f32x4.extract_lane(least, 0))));
    }
  }
}
