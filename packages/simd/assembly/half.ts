import { cut, int, ptr } from './arguments';
import { FeatureType } from './operations';
import { loadUpTo4, storeUpTo4 } from './tails';

/** out[i] = x[i] of 16 bits, rounded to the nearest, to even between two. Arguments: x, out, n, type of out. */
export function toHalf(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 0);
  const out = ptr(args, 1);
  const n = int(args, 2);
  const type = int(args, 3);
  const end: usize = cut(n, part + 1, parts, 32);
  for (let i: usize = cut(n, part, parts, 32); i < end; i += 4) {
    const rest = (end - i) << 2;
    const v = loadUpTo4(x + (i << 2), rest);
    // The low halves of the four numbers, side by side.
    const wide = type == FeatureType.bfloat16 ? bfloat16Of(v) : float16Of(v);
    const half = v128.shuffle<i16>(wide, wide, 0, 2, 4, 6, 0, 2, 4, 6);
    const to = out + (i << 1);
    if (rest >= 16) v128.store64_lane(to, half, 0);
    else {
      v128.store_lane<i16>(to, half, 0);
      if (rest > 4) v128.store_lane<i16>(to, half, 1, 2);
      if (rest > 8) v128.store_lane<i16>(to, half, 2, 4);
    }
  }
}

/** out[i] = x[i], of 16 bits before. Arguments: x, out, n, type of x. */
export function fromHalf(args: usize, part: i32, parts: i32): void {
  const n = int(args, 2);
  const start: usize = cut(n, part, parts, 32);
  const end: usize = cut(n, part + 1, parts, 32);
  widen(ptr(args, 0) + (start << 1), ptr(args, 1) + (start << 2), end - start, int(args, 3));
}

/** n numbers of 16 bits as float32. */
export function widen(x: usize, out: usize, n: usize, type: i32): void {
  const whole = n & ~3;
  let i: usize = 0;
  if (type == FeatureType.bfloat16) {
    for (; i < whole; i += 4) v128.store(out + (i << 2), i32x4.shl(v128.load16x4_u(x + (i << 1)), 16));
    if (i < n) storeUpTo4(out + (i << 2), i32x4.shl(lastOf(x + (i << 1), n - i), 16), (n - i) << 2);
  } else {
    for (; i < whole; i += 4) v128.store(out + (i << 2), ofFloat16(v128.load16x4_u(x + (i << 1))));
    if (i < n) storeUpTo4(out + (i << 2), ofFloat16(lastOf(x + (i << 1), n - i)), (n - i) << 2);
  }
}

/** The last one to three numbers, a lane each. */
// @ts-ignore: decorator
@inline
function lastOf(x: usize, n: usize): v128 {
  let v = i32x4.splat(<i32>load<u16>(x));
  if (n > 1) v = i32x4.replace_lane(v, 1, <i32>load<u16>(x, 2));
  if (n > 2) v = i32x4.replace_lane(v, 2, <i32>load<u16>(x, 4));
  return v;
}

/** NaN stays NaN, and what rounds beyond the largest number is infinite. */
// @ts-ignore: decorator
@inline
function bfloat16Of(v: v128): v128 {
  const upper = i32x4.shr_u(v, 16);
  const odd = v128.and(upper, i32x4.splat(1));
  const rounded = i32x4.shr_u(i32x4.add(v, i32x4.add(odd, i32x4.splat(0x7fff))), 16);
  // One bit, or rounding could make it an infinity.
  const nan = v128.or(upper, i32x4.splat(0x40));
  return v128.bitselect(rounded, nan, f32x4.eq(v, v));
}

/** Four float16 in the low halves. The product is exact, for subnormal numbers too. */
// @ts-ignore: decorator
@inline
function ofFloat16(half: v128): v128 {
  const magnitude = i32x4.shl(v128.and(half, i32x4.splat(0x7fff)), 13);
  // 2¹¹²: the exponents of float16 are 112 below those of float32.
  const scaled = f32x4.mul(magnitude, i32x4.splat((127 + 112) << 23));
  const infinite = v128.or(magnitude, i32x4.splat(0x7f800000));
  const wide = v128.bitselect(infinite, scaled, i32x4.ge_s(magnitude, i32x4.splat(31 << 23)));
  return v128.or(wide, i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16));
}

/**
 * NaN stays NaN, and what rounds beyond 65504 is infinite. The addition of a power of two rounds at the last bit of
 * float16 (Maratyszcza, FP16: `fp16_ieee_from_fp32_value`).
 */
// @ts-ignore: decorator
@inline
function float16Of(v: v128): v128 {
  const doubled = i32x4.shl(v, 1);
  // Up and down again, by 2¹¹² and 2⁻¹¹⁰: what is too large becomes infinite.
  const large = f32x4.mul(f32x4.abs(v), i32x4.splat((127 + 112) << 23));
  const base = f32x4.mul(large, i32x4.splat((127 - 110) << 23));
  const exponent = i32x4.max_u(v128.and(doubled, i32x4.splat(0xff000000)), i32x4.splat(0x71000000));
  const power = i32x4.add(i32x4.shr_u(exponent, 1), i32x4.splat(0x07800000));
  const rounded = f32x4.add(power, base);
  const magnitude = i32x4.add(
    v128.and(i32x4.shr_u(rounded, 13), i32x4.splat(0x7c00)),
    v128.and(rounded, i32x4.splat(0x0fff)),
  );
  const number = v128.bitselect(magnitude, i32x4.splat(0x7e00), f32x4.eq(v, v));
  return v128.or(number, v128.and(i32x4.shr_u(v, 16), i32x4.splat(0x8000)));
}
