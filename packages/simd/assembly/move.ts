import { cut, int, ptr, single } from './arguments';
import { NumberType } from './operations';

/** Copies bytes that do not overlap. Calling the engine's own copy is only worth it for many bytes. */
// @ts-ignore: decorator
@inline export function copy(to: usize, from: usize, bytes: usize): void {
  if (bytes >= 16384) {
    memory.copy(to, from, bytes);
    return;
  }
  let i: usize = 0;
  for (; i + 64 <= bytes; i += 64) {
    const a = v128.load(from + i), b = v128.load(from + i, 16);
    const c = v128.load(from + i, 32), d = v128.load(from + i, 48);
    v128.store(to + i, a);
    v128.store(to + i, b, 16);
    v128.store(to + i, c, 32);
    v128.store(to + i, d, 48);
  }
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i + 4 <= bytes; i += 4) store<u32>(to + i, load<u32>(from + i));
  for (; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
}

/** Writes one number n times. Arguments: out, n, number, type of out (of `NumberType`). */
export function fill(args: usize, part: i32, parts: i32): void {
  const n = int(args, 1);
  const type = int(args, 3);
  const shift: usize = type == NumberType.bool ? 0 : 2;
  let to = ptr(args, 0) + (<usize>cut(n, part, parts, 64) << shift);
  const end = ptr(args, 0) + (<usize>cut(n, part + 1, parts, 64) << shift);
  let v: v128;
  if (type == NumberType.float32) v = f32x4.splat(single(args, 2));
  else if (type == NumberType.int32) v = i32x4.splat(int(args, 2));
  else v = i8x16.splat(<i8>int(args, 2));
  for (; to + 16 <= end; to += 16) v128.store(to, v);
  for (; to < end; to++) {
    store<u8>(to, i8x16.extract_lane_u(v, 0));
    v = i8x16.shuffle(v, v, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
  }
}

/** Copies rows of bytes from one stride to another. Arguments: from, to, rows, bytes, from's stride, to's stride. */
export function copyRows(args: usize, part: i32, parts: i32): void {
  const count = int(args, 2);
  const bytes = ptr(args, 3);
  const last = cut(count, part + 1, parts, 1);
  for (let r = cut(count, part, parts, 1); r < last; r++) {
    copy(ptr(args, 1) + <usize>r * ptr(args, 5), ptr(args, 0) + <usize>r * ptr(args, 4), bytes);
  }
}

/**
 * out[b][o][j] = x[b][o][indices[b][j]], slices of bytes; the indices are within bounds.
 * Arguments: x, indices, out, batch, outer, dim, indices per batch, bytes per slice.
 */
export function gather(args: usize, part: i32, parts: i32): void {
  const outer = int(args, 4);
  const dim = int(args, 5);
  const count = int(args, 6);
  const bytes = ptr(args, 7);
  const last = cut(int(args, 3) * outer * count, part + 1, parts, 1);
  for (let r = cut(int(args, 3) * outer * count, part, parts, 1); r < last; r++) {
    const line = r / count;
    const j = r - line * count;
    const index = load<i32>(ptr(args, 1) + (<usize>((line / outer) * count + j) << 2));
    copy(ptr(args, 2) + <usize>r * bytes, ptr(args, 0) + <usize>(line * dim + index) * bytes, bytes);
  }
}

/**
 * out[s] = the sum of the rows x[i] with ids[i] = s. Rows whose id is no segment are left out.
 * Arguments: x, ids, out, rows, columns, segments.
 */
export function segmentSum(args: usize, part: i32, parts: i32): void {
  const count = int(args, 3);
  const columns = int(args, 4);
  const segments = int(args, 5);
  const row = <usize>columns << 2;
  const start = <usize>cut(columns, part, parts, 16) << 2;
  const end = <usize>cut(columns, part + 1, parts, 16) << 2;
  const whole = start + ((end - start) & ~15);
  for (let s = 0; s < segments; s++) memory.fill(ptr(args, 2) + <usize>s * row + start, 0, end - start);
  for (let r = 0; r < count; r++) {
    const s = load<i32>(ptr(args, 1) + (<usize>r << 2));
    if (<u32>s >= <u32>segments) continue;
    const x = ptr(args, 0) + <usize>r * row;
    const out = ptr(args, 2) + <usize>s * row;
    let i = start;
    for (; i < whole; i += 16) v128.store(out + i, f32x4.add(v128.load(out + i), v128.load(x + i)));
    for (; i < end; i += 4) store<f32>(out + i, load<f32>(out + i) + load<f32>(x + i));
  }
}

/**
 * out (contiguous, d0×d1×d2×d3) from x with any strides, numbers of four bytes.
 * Arguments: x, out, d0 … d3, x's strides s0 … s3 in numbers.
 */
export function permute(args: usize, part: i32, parts: i32): void {
  const d1 = int(args, 3);
  const d2 = int(args, 4);
  const d3 = int(args, 5);
  const s2 = ptr(args, 8) << 2;
  const s3 = ptr(args, 9) << 2;
  const planes = int(args, 2) * d1;
  const whole = planes >= parts;
  const lastPlane = whole ? cut(planes, part + 1, parts, 1) : planes;
  const row = whole ? 0 : cut(d2, part, parts, 4);
  const lastRow = whole ? d2 : cut(d2, part + 1, parts, 4);
  for (let p = whole ? cut(planes, part, parts, 1) : 0; p < lastPlane; p++) {
    const i0 = p / d1;
    const from = ptr(args, 0) + (<usize>i0 * ptr(args, 6) + <usize>(p - i0 * d1) * ptr(args, 7) << 2);
    const to = ptr(args, 1) + (<usize>p * <usize>d2 * <usize>d3 << 2);
    plane(from, to, row, lastRow, d3, s2, s3);
  }
}

function plane(from: usize, to: usize, row: i32, last: i32, columns: i32, s2: usize, s3: usize): void {
  const line = <usize>columns << 2;
  if (s3 == 4) {
    for (; row < last; row++) copy(to + <usize>row * line, from + <usize>row * s2, line);
    return;
  }
  // Blocks of four by four, where the numbers of a column lie side by side.
  if (s2 == 4) {
    for (; row + 4 <= last; row += 4) {
      const x = from + (<usize>row << 2);
      const out = to + <usize>row * line;
      let c = 0;
      for (; c + 4 <= columns; c += 4) block(x + <usize>c * s3, out + (<usize>c << 2), s3, line);
      for (; c < columns; c++) {
        for (let r: usize = 0; r < 4; r++) {
          store<u32>(out + r * line + (<usize>c << 2), load<u32>(x + <usize>c * s3 + (r << 2)));
        }
      }
    }
  }
  for (; row < last; row++) {
    let x = from + <usize>row * s2;
    for (let i: usize = 0; i < line; i += 4, x += s3) store<u32>(to + <usize>row * line + i, load<u32>(x));
  }
}

// @ts-ignore: decorator
@inline function block(x: usize, out: usize, s: usize, line: usize): void {
  const a = v128.load(x), b = v128.load(x + s), c = v128.load(x + 2 * s), d = v128.load(x + 3 * s);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(out + line, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
  v128.store(out + 2 * line, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
  v128.store(out + 3 * line, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
}
