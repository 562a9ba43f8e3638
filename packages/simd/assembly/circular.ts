import { all, madd } from './lanes';
import { TURN, turn } from './turn';

const TWO_OVER_PI: f64 = 0.63661977236758134308;
const HALF_PI: f64 = 1.5707963267948966;

const CIRCULAR = memory.data<f32>([
  1e8, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1,
  2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1,
]);
const CIRCULAR_BITS = memory.data<i32>([1, 2]);

/**
 * sin (shift 0) or cos (shift 1) of four float32, within 1.2e-7 of the exact value and in [−1, 1] for every finite
 * number; infinities give NaN. Up to 1e8 the quarter turns are taken off in float64.
 */
// @ts-ignore: decorator
@inline export function circular4(x: v128, shift: i32): v128 {
  if (v128.any_true(f32x4.gt(f32x4.abs(x), all(CIRCULAR, 0)))) return circularFar(x, shift);
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const qLow = quarters(low);
  const qHigh = quarters(high);
  return ofRemainder(x, remainder(low, qLow, high, qHigh), whole(qLow, qHigh), shift);
}

// @ts-ignore: decorator
@inline function quarters(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(TWO_OVER_PI)));
}

// @ts-ignore: decorator
@inline function remainder(low: v128, qLow: v128, high: v128, qHigh: v128): v128 {
  const rLow = f64x2.sub(low, f64x2.mul(qLow, f64x2.splat(HALF_PI)));
  const rHigh = f64x2.sub(high, f64x2.mul(qHigh, f64x2.splat(HALF_PI)));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(rLow), f32x4.demote_f64x2_zero(rHigh), 0, 2);
}

// @ts-ignore: decorator
@inline function whole(qLow: v128, qHigh: v128): v128 {
  return v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(qLow), i32x4.trunc_sat_f64x2_s_zero(qHigh), 0, 2);
}

/** The sine or cosine of x = r + quarter·π/2, |r| <= π/4. */
// @ts-ignore: decorator
@inline function ofRemainder(x: v128, r: v128, quarter: v128, shift: i32): v128 {
  const turned = i32x4.add(quarter, i32x4.splat(shift));
  const z = f32x4.mul(r, r);
  let s = all(CIRCULAR, 1);
  s = madd(s, z, all(CIRCULAR, 2));
  s = madd(s, z, all(CIRCULAR, 3));
  const sine = madd(f32x4.mul(s, z), r, r);
  let c = all(CIRCULAR, 4);
  c = madd(c, z, all(CIRCULAR, 5));
  c = madd(c, z, all(CIRCULAR, 6));
  c = madd(c, z, all(CIRCULAR, 7));
  const cosine = madd(c, z, all(CIRCULAR, 8));
  const odd = i32x4.ne(v128.and(turned, all(CIRCULAR_BITS, 0)), i32x4.splat(0));
  const sign = i32x4.shl(v128.and(turned, all(CIRCULAR_BITS, 1)), 30);
  const y = v128.xor(v128.bitselect(cosine, sine, odd), sign);
  // The sine of −0 is −0.
  return shift == 0 ? v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(0))) : y;
}

/** The same where a number is above 1e8; the others come out as they do without it. */
function circularFar(x: v128, shift: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const qLow = quarters(low);
  const qHigh = quarters(high);
  const x0 = f32x4.extract_lane(x, 0), x1 = f32x4.extract_lane(x, 1);
  const x2 = f32x4.extract_lane(x, 2), x3 = f32x4.extract_lane(x, 3);
  const t0 = turn(x0), t1 = turn(x1), t2 = turn(x2), t3 = turn(x3);
  let r = f32x4.splat(farRemainder(t0, x0));
  r = f32x4.replace_lane(r, 1, farRemainder(t1, x1));
  r = f32x4.replace_lane(r, 2, farRemainder(t2, x2));
  r = f32x4.replace_lane(r, 3, farRemainder(t3, x3));
  let q = i32x4.splat(farQuarter(t0, x0));
  q = i32x4.replace_lane(q, 1, farQuarter(t1, x1));
  q = i32x4.replace_lane(q, 2, farQuarter(t2, x2));
  q = i32x4.replace_lane(q, 3, farQuarter(t3, x3));
  const far = f32x4.gt(f32x4.abs(x), all(CIRCULAR, 0));
  r = v128.bitselect(r, remainder(low, qLow, high, qHigh), far);
  return ofRemainder(x, r, v128.bitselect(q, whole(qLow, qHigh), far), shift);
}

// Half of a quarter turn in the units of `turn`.
const EIGHTH: u64 = 0x2000000000000000;

function farRemainder(phase: u64, x: f32): f32 {
  if (!(abs(x) < Infinity)) return NaN;
  const r = <f64><i64>(phase - ((phase + EIGHTH) >> 62 << 62)) * TURN;
  return <f32>(x < 0 ? -r : r);
}

function farQuarter(phase: u64, x: f32): i32 {
  const quarter = <i32>((phase + EIGHTH) >> 62);
  return x < 0 ? -quarter : quarter;
}
