import { cut, int, ptr, single } from './arguments';
import { all, madd, nmadd } from './lanes';
import { TURN, turn } from './turn';

// π in three parts. The first two have so few bits that their products with a whole number below 2^15
// are exact in float32: the reduction loses nothing for |x| up to 1e5, fused or not.
const PI_1: f32 = 3.140625;
const PI_2: f32 = 0.0009670257568359375;
const PI_3: f32 = 6.278329573009626e-7;
const LIMIT: f32 = 100000;

const REDUCTION = memory.data<f32>([LIMIT, 12582912, 0.3183098861837907, PI_1, PI_2, PI_3]);

/**
 * Four cosines: cos(x) = (−1)^t · cos(x − tπ) with t = round(x/π), and a minimax polynomial of degree 10
 * on [−π/2, π/2] (error 2e-10 before rounding). Within 3e-7 of the exact value and in [−1, 1] for every finite number.
 */
// @ts-ignore: decorator
@inline
export function cosine4(x: v128): v128 {
  if (v128.any_true(f32x4.gt(f32x4.abs(x), all(REDUCTION, 0)))) return far(x);
  return near(x);
}

/** For |x| up to LIMIT. */
// @ts-ignore: decorator
@inline
function near(x: v128): v128 {
  // Adding 1.5·2^23 rounds to a whole number, and leaves its parity in the last bit.
  const magic = all(REDUCTION, 1);
  const shifted = madd(x, all(REDUCTION, 2), magic);
  const t = f32x4.sub(shifted, magic);
  let r = nmadd(t, all(REDUCTION, 3), x);
  r = nmadd(t, all(REDUCTION, 4), r);
  r = nmadd(t, all(REDUCTION, 5), r);
  return v128.xor(polynomial(r), i32x4.shl(shifted, 31));
}

const POLYNOMIAL = memory.data<f32>([
  -2.60491889604988e-7, 0.000024760028073664243, -0.0013888358716911656,
  0.041666636038725856, -0.49999999352234925, 1,
]);

// @ts-ignore: decorator
@inline
function polynomial(r: v128): v128 {
  const s = f32x4.mul(r, r);
  let p = madd(s, all(POLYNOMIAL, 0), all(POLYNOMIAL, 1));
  p = madd(s, p, all(POLYNOMIAL, 2));
  p = madd(s, p, all(POLYNOMIAL, 3));
  p = madd(s, p, all(POLYNOMIAL, 4));
  return madd(s, p, all(POLYNOMIAL, 5));
}

/** Where a number is above LIMIT: one by one. The others come out as they do without it. */
function far(x: v128): v128 {
  let y = f32x4.splat(farOne(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, farOne(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, farOne(f32x4.extract_lane(x, 2)));
  y = f32x4.replace_lane(y, 3, farOne(f32x4.extract_lane(x, 3)));
  return v128.bitselect(y, near(x), f32x4.gt(f32x4.abs(x), all(REDUCTION, 0)));
}

function farOne(x: f32): f32 {
  if (!(abs(x) > LIMIT)) return 0; // not used
  if (!(abs(x) < Infinity)) return NaN;
  const phase = turn(x);
  // Half turns change the sign; what is left is in [−π/2, π/2], where the polynomial holds.
  const halves = (phase + 0x4000000000000000) >> 63;
  const r = <f64><i64>(phase - (halves << 63)) * TURN;
  const c = f32x4.extract_lane(polynomial(f32x4.splat(<f32>r)), 0);
  return halves & 1 ? -c : c;
}

/** out[i] = factor·cos(x[i]), float32. Arguments: x, out, n, factor. */
export function cosine(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 0);
  const out = ptr(args, 1);
  const n = int(args, 2);
  const factor = f32x4.splat(single(args, 3));
  const start = <usize>cut(n, part, parts, 16) << 2;
  const end = <usize>cut(n, part + 1, parts, 16) << 2;
  let i = start;
  for (const whole = start + ((end - start) & ~15); i < whole; i += 16) {
    v128.store(out + i, f32x4.mul(factor, cosine4(v128.load(x + i))));
  }
  for (; i < end; i += 4) {
    const one = f32x4.mul(factor, cosine4(v128.load32_zero(x + i)));
    store<f32>(out + i, f32x4.extract_lane(one, 0));
  }
}
