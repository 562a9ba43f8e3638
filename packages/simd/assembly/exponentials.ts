import { all, madd, nmadd } from './lanes';

const LOG2E: f32 = 1.44269504;
// Adding 1.5·2^23 rounds to a whole number, which is then in the low bits.
const MAGIC: f32 = 12582912;
// ln 2 in two parts. The first has few bits, so its product with a small whole number is exact.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;

const EXP = memory.data<f32>([87, LOG2E, MAGIC]);

/** e^x on four float32: within 2 units in the last place; subnormal results, infinities and NaN are exact. */
// @ts-ignore: decorator
@inline export function exp4(x: v128): v128 {
  if (!i32x4.all_true(f32x4.le(f32x4.abs(x), all(EXP, 0)))) return expFar(x);
  return expNear(x);
}

/** For |x| up to 87. */
// @ts-ignore: decorator
@inline function expNear(x: v128): v128 {
  const shifted = madd(x, all(EXP, 1), all(EXP, 2));
  // The exponent of the result is in the normal range, so a whole number can be added to it.
  return i32x4.add(reduced(x, shifted), i32x4.shl(shifted, 23));
}

const EXP_FAR = memory.data<f32>([89, -104, LOG2E, MAGIC]);

/** The same for arguments whose results may be subnormal, 0, infinite or NaN. */
function expFar(x: v128): v128 {
  // Outside of these bounds the result is 0 or infinite. NaN passes.
  const c = f32x4.pmax(f32x4.pmin(x, all(EXP_FAR, 0)), all(EXP_FAR, 1));
  const shifted = madd(c, all(EXP_FAR, 2), all(EXP_FAR, 3));
  // 2^n as two factors, since n exceeds the exponents of a single float32.
  const n = i32x4.sub(shifted, all(EXP_FAR, 3));
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(reduced(c, shifted), power2(half)), power2(i32x4.sub(n, half)));
}

const REDUCED = memory.data<f32>([
  MAGIC, LN2_LOW, LN2_HIGH, 1.9875691500e-4, 1.3981999507e-3,
  8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
]);

/** e^(x − n·ln 2), where `shifted` is MAGIC + n. */
// @ts-ignore: decorator
@inline function reduced(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, all(REDUCED, 0));
  const r = nmadd(n, all(REDUCED, 1), nmadd(n, all(REDUCED, 2), x));
  let p = all(REDUCED, 3);
  p = madd(p, r, all(REDUCED, 4));
  p = madd(p, r, all(REDUCED, 5));
  p = madd(p, r, all(REDUCED, 6));
  p = madd(p, r, all(REDUCED, 7));
  p = madd(p, r, all(REDUCED, 8));
  return f32x4.add(madd(f32x4.mul(r, r), p, r), all(REDUCED, 9));
}

const POWER2_BITS = memory.data<i32>([127]);

// @ts-ignore: decorator
@inline function power2(k: v128): v128 {
  return i32x4.shl(i32x4.add(k, all(POWER2_BITS, 0)), 23);
}

const EXPM1 = memory.data<f32>([
  2.48015873e-5, 1.98412698e-4, 1.38888889e-3, 8.33333333e-3,
  4.16666667e-2, 1.66666667e-1, 0.5, 1,
]);

/** e^x − 1, without cancellation near 0. */
// @ts-ignore: decorator
@inline export function expm14(x: v128): v128 {
  // The Taylor series to x⁸ is exact in float32 below ½.
  let p = all(EXPM1, 0);
  p = madd(p, x, all(EXPM1, 1));
  p = madd(p, x, all(EXPM1, 2));
  p = madd(p, x, all(EXPM1, 3));
  p = madd(p, x, all(EXPM1, 4));
  p = madd(p, x, all(EXPM1, 5));
  p = madd(p, x, all(EXPM1, 6));
  const near = madd(f32x4.mul(x, x), p, x);
  const far = f32x4.sub(exp4(x), all(EXPM1, 7));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), all(EXPM1, 6)));
}

const LOG = memory.data<f32>([
  1.17549435e-38, 8388608, 23, 1, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, LN2_LOW, -0.5, LN2_HIGH, Infinity, -Infinity, NaN,
]);
const LOG_BITS = memory.data<i32>([0x3f3504f3, 0x7fffff]);

/** ln x on four float32; 0 gives −∞, below 0 NaN. */
// @ts-ignore: decorator
@inline export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, all(LOG, 0));
  const scaled = v128.bitselect(f32x4.mul(x, all(LOG, 1)), x, tiny);
  // x = m·2^e with m in [√½, √2).
  const bits = i32x4.sub(scaled, all(LOG_BITS, 0));
  const e = f32x4.sub(
    f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23)),
    v128.and(tiny, all(LOG, 2)),
  );
  const m = i32x4.add(v128.and(bits, all(LOG_BITS, 1)), all(LOG_BITS, 0));
  const f = f32x4.sub(m, all(LOG, 3));
  const z = f32x4.mul(f, f);
  let p = all(LOG, 4);
  p = madd(p, f, all(LOG, 5));
  p = madd(p, f, all(LOG, 6));
  p = madd(p, f, all(LOG, 7));
  p = madd(p, f, all(LOG, 8));
  p = madd(p, f, all(LOG, 9));
  p = madd(p, f, all(LOG, 10));
  p = madd(p, f, all(LOG, 11));
  p = madd(p, f, all(LOG, 12));
  let y = f32x4.mul(f32x4.mul(p, f), z);
  y = madd(e, all(LOG, 13), y);
  y = madd(z, all(LOG, 14), y);
  y = madd(e, all(LOG, 15), f32x4.add(f, y));
  // x itself where it is +∞ or NaN; −∞ at 0; NaN below it.
  y = v128.bitselect(y, x, f32x4.lt(x, all(LOG, 16)));
  y = v128.bitselect(all(LOG, 17), y, f32x4.eq(x, f32x4.splat(0)));
  return v128.bitselect(all(LOG, 18), y, f32x4.lt(x, f32x4.splat(0)));
}

const LOG1P = memory.data<f32>([1, Infinity]);

/** ln(1 + x), without cancellation near 0: what is lost by rounding 1 + x is added, to first order. */
// @ts-ignore: decorator
@inline export function log1p4(x: v128): v128 {
  const u = f32x4.add(x, all(LOG1P, 0));
  const lost = f32x4.sub(x, f32x4.sub(u, all(LOG1P, 0)));
  const y = log4(u);
  const finite = v128.and(f32x4.gt(u, f32x4.splat(0)), f32x4.lt(u, all(LOG1P, 1)));
  return f32x4.add(y, v128.and(f32x4.div(lost, u), finite));
}

const SIGMOID = memory.data<f32>([1, 87]);

/** 1 / (1 + e^−x) */
// @ts-ignore: decorator
@inline export function sigmoid4(x: v128): v128 {
  if (!i32x4.all_true(f32x4.le(f32x4.abs(x), all(SIGMOID, 1)))) return sigmoidFar(x);
  return f32x4.div(all(SIGMOID, 0), f32x4.add(all(SIGMOID, 0), expNear(f32x4.neg(x))));
}

/** The same where a number is below −87: the result is e^x there, while e^−x overflows before the result is 0. */
function sigmoidFar(x: v128): v128 {
  const below = f32x4.lt(x, f32x4.neg(all(SIGMOID, 1)));
  const e = expFar(v128.bitselect(x, f32x4.neg(x), below));
  return v128.bitselect(e, f32x4.div(all(SIGMOID, 0), f32x4.add(all(SIGMOID, 0), e)), below);
}

const TANH = memory.data<f32>([
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1,
  -3.33332819422e-1, 1, 2, 0.625,
]);
const TANH_BITS = memory.data<i32>([0x80000000]);

/** tanh x: a polynomial below 0.625, 1 − 2/(e^2|x| + 1) above. */
// @ts-ignore: decorator
@inline export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = all(TANH, 0);
  p = madd(p, z, all(TANH, 1));
  p = madd(p, z, all(TANH, 2));
  p = madd(p, z, all(TANH, 3));
  p = madd(p, z, all(TANH, 4));
  const near = madd(f32x4.mul(p, z), x, x);
  const grown = f32x4.add(exp4(f32x4.add(size, size)), all(TANH, 5));
  const far = f32x4.sub(all(TANH, 5), f32x4.div(all(TANH, 6), grown));
  // The sign goes on `near` too, which loses that of −0.
  const sign = v128.and(x, all(TANH_BITS, 0));
  return v128.or(v128.bitselect(near, far, f32x4.lt(size, all(TANH, 7))), sign);
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|) */
// @ts-ignore: decorator
@inline export function softplus4(x: v128): v128 {
  const tail = log1p4(exp4(f32x4.neg(f32x4.abs(x))));
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), tail);
}
