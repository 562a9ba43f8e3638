import { cut, int, ptr } from './arguments';

/**
 * The Walsh–Hadamard transform (Sylvester's order, not normalized) of each row of 2^k numbers, float32, in place.
 * Arguments: x, rows, length, ld.
 */
export function hadamard(args: usize, part: i32, parts: i32): void {
  const rows = int(args, 1);
  const length = int(args, 2);
  const ld = <usize>int(args, 3) << 2;
  const last = cut(rows, part + 1, parts, 1);
  for (let r = cut(rows, part, parts, 1); r < last; r++) {
    const x = ptr(args, 0) + <usize>r * ld;
    if (length >= 16) long(x, length);
    else if (length >= 4) short(x, length);
    else if (length == 2) {
      const a = load<f32>(x), b = load<f32>(x, 4);
      store<f32>(x, a + b);
      store<f32>(x, a - b, 4);
    }
  }
}

/** Distances 1 and 2: within one vector. */
// @ts-ignore: decorator
@inline
function within(v: v128): v128 {
  const one = f32x4(1, -1, 1, -1), two = f32x4(1, 1, -1, -1);
  const w = f32x4.add(v128.shuffle<f32>(v, v, 0, 0, 2, 2), f32x4.mul(v128.shuffle<f32>(v, v, 1, 1, 3, 3), one));
  return f32x4.add(v128.shuffle<f32>(w, w, 0, 1, 0, 1), f32x4.mul(v128.shuffle<f32>(w, w, 2, 3, 2, 3), two));
}

/** 4 or 8 numbers. */
function short(x: usize, length: i32): void {
  const a = within(v128.load(x));
  if (length == 4) {
    v128.store(x, a);
    return;
  }
  const b = within(v128.load(x, 16));
  v128.store(x, f32x4.add(a, b));
  v128.store(x, f32x4.sub(a, b), 16);
}

/** 16 and more: distances 1 to 8 at once in registers, then two distances per pass, and one more where it is left over. */
// @ts-ignore: decorator
@inline
function long(x: usize, length: i32): void {
  const end = x + (<usize>length << 2);
  for (let p = x; p < end; p += 64) {
    quad(p, 16, within(v128.load(p)), within(v128.load(p, 16)), within(v128.load(p, 32)), within(v128.load(p, 48)));
  }
  let h: usize = 64;
  const bytes = <usize>length << 2;
  for (; h <= bytes >> 2; h <<= 2) {
    for (let block = x; block < end; block += h << 2) {
      const stop = block + h;
      for (let p = block; p < stop; p += 16) {
        quad(p, h, v128.load(p), v128.load(p + h), v128.load(p + (h << 1)), v128.load(p + h + (h << 1)));
      }
    }
  }
  if (h < bytes) {
    for (let p = x, stop = x + h; p < stop; p += 16) {
      const a = v128.load(p), b = v128.load(p + h);
      v128.store(p, f32x4.add(a, b));
      v128.store(p + h, f32x4.sub(a, b));
    }
  }
}

// @ts-ignore: decorator
@inline
function quad(p: usize, h: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = f32x4.add(a, b), a_b = f32x4.sub(a, b), cd = f32x4.add(c, d), c_d = f32x4.sub(c, d);
  v128.store(p, f32x4.add(ab, cd));
  v128.store(p + h, f32x4.add(a_b, c_d));
  v128.store(p + (h << 1), f32x4.sub(ab, cd));
  v128.store(p + h + (h << 1), f32x4.sub(a_b, c_d));
}
