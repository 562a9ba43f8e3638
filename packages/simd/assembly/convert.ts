import { cut, int, ptr } from './arguments';
import { NumberType } from './operations';

/**
 * out[i] = x[i] as another type, by JavaScript's rules: to int32 modulo 2³², to bool 1 where it is
 * not 0. Arguments: x, out, n, type of x, type of out (which differ).
 */
export function convert(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 0);
  const out = ptr(args, 1);
  const n = int(args, 2);
  const from = int(args, 3);
  const to = int(args, 4);
  const start: usize = cut(n, part, parts, 16);
  const end: usize = cut(n, part + 1, parts, 16);
  if (from == NumberType.bool) {
    if (to == NumberType.int32) for (let i = start; i < end; i++) store<i32>(out + (i << 2), load<u8>(x + i));
    else {
      let i = start;
      for (const whole = start + ((end - start) & ~15); i < whole; i += 16) {
        const bytes = v128.load(x + i);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        const to = out + (i << 2);
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)));
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), 16);
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), 32);
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), 48);
      }
      for (; i < end; i++) store<f32>(out + (i << 2), <f32>load<u8>(x + i));
    }
  } else if (from == NumberType.int32) {
    if (to == NumberType.float32) for (let i = start; i < end; i++) store<f32>(out + (i << 2), <f32>load<i32>(x + (i << 2)));
    else for (let i = start; i < end; i++) store<u8>(out + i, <u8>(load<i32>(x + (i << 2)) != 0));
  } else if (to == NumberType.int32) {
    for (let i = start; i < end; i++) store<i32>(out + (i << 2), toInt(load<f32>(x + (i << 2))));
  } else {
    for (let i = start; i < end; i++) store<u8>(out + i, <u8>(load<f32>(x + (i << 2)) != 0));
  }
}

// @ts-ignore: decorator
@inline function toInt(x: f32): i32 {
  if (abs(x) < 2147483648) return <i32>x;
  return wrap(x);
}

function wrap(x: f32): i32 {
  if (!(abs(x) < Infinity)) return 0;
  const whole = <f64>x; // a float32 of this size has no fraction
  return <i32><u32>(whole - 4294967296.0 * floor(whole / 4294967296.0));
}

/** out[i] = mask[i] == 1 ? a[i] : b[i], numbers of four bytes. Arguments: mask (bytes), a, b, out, n. */
export function select(args: usize, part: i32, parts: i32): void {
  const condition = ptr(args, 0);
  const a = ptr(args, 1);
  const b = ptr(args, 2);
  const out = ptr(args, 3);
  const n = int(args, 4);
  let i: usize = cut(n, part, parts, 16);
  const end: usize = cut(n, part + 1, parts, 16);
  for (const whole = i + ((end - i) & ~3); i < whole; i += 4) {
    const bytes = v128.load32_zero(condition + i);
    const lanes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    const taken = i32x4.eq(lanes, i32x4.splat(1));
    const at = i << 2;
    v128.store(out + at, v128.bitselect(v128.load(a + at), v128.load(b + at), taken));
  }
  for (; i < end; i++) {
    const at = i << 2;
    store<i32>(out + at, load<u8>(condition + i) == 1 ? load<i32>(a + at) : load<i32>(b + at));
  }
}
