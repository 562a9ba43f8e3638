import { all, madd } from './lanes';

const TWO_OVER_PI: f64 = 0.63661977236758134308;
const HALF_PI_HIGH: f64 = 1.5707963267948966;

const CIRCULAR = memory.data<f32>([
  -0.7853982, 0.7853982, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1,
  2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1,
]);
const CIRCULAR_BITS = memory.data<i32>([1, 2]);

/**
 * sin (shift 0) or cos (shift 1) of four float32. The quarter turns are taken off in float64, so the
 * result is within 2 units in the last place of 1 for |x| up to 1e8; infinities give NaN.
 */
// @ts-ignore: decorator
@inline export function circular4(x: v128, shift: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const qLow = f64x2.nearest(f64x2.mul(low, f64x2.splat(TWO_OVER_PI)));
  const qHigh = f64x2.nearest(f64x2.mul(high, f64x2.splat(TWO_OVER_PI)));
  let r = join(
    f64x2.sub(low, f64x2.mul(qLow, f64x2.splat(HALF_PI_HIGH))),
    f64x2.sub(high, f64x2.mul(qHigh, f64x2.splat(HALF_PI_HIGH))),
  );
  // Above 1e15 float64 has no phase left: the result still stays in [−1, 1]. NaN passes.
  r = f32x4.min(f32x4.max(r, all(CIRCULAR, 0)), all(CIRCULAR, 1));
  // The quarter turns modulo 4 are exact in float64, whatever their size.
  const quarter = i32x4.add(
    i32x4.trunc_sat_f32x4_s(join(modulo4(qLow), modulo4(qHigh))),
    i32x4.splat(shift),
  );
  const z = f32x4.mul(r, r);
  let s = all(CIRCULAR, 2);
  s = madd(s, z, all(CIRCULAR, 3));
  s = madd(s, z, all(CIRCULAR, 4));
  const sine = madd(f32x4.mul(s, z), r, r);
  let c = all(CIRCULAR, 5);
  c = madd(c, z, all(CIRCULAR, 6));
  c = madd(c, z, all(CIRCULAR, 7));
  c = madd(c, z, all(CIRCULAR, 8));
  const cosine = madd(c, z, all(CIRCULAR, 9));
  const odd = i32x4.ne(v128.and(quarter, all(CIRCULAR_BITS, 0)), i32x4.splat(0));
  const sign = i32x4.shl(v128.and(quarter, all(CIRCULAR_BITS, 1)), 30);
  const y = v128.xor(v128.bitselect(cosine, sine, odd), sign);
  // The sine of −0 is −0.
  return shift == 0 ? v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(0))) : y;
}

// @ts-ignore: decorator
@inline function join(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline function modulo4(q: v128): v128 {
  return f64x2.sub(q, f64x2.mul(f64x2.floor(f64x2.mul(q, f64x2.splat(0.25))), f64x2.splat(4)));
}
