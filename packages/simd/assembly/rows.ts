import { cut, int, ptr } from './arguments';
import { exp4 } from './exponentials';
import { loadSome, storeSome } from './tails';

/**
 * The column of the first largest (or smallest) number of each row, int32. NaN never wins, unless it
 * comes first. Arguments: x, out, rows, columns, whether smallest.
 */
export function argExtreme(args: usize, part: i32, parts: i32): void {
  const count = int(args, 2);
  const bytes = <usize>int(args, 3) << 2;
  const whole = bytes & ~15;
  const last = cut(count, part + 1, parts, 1);
  const outside = i32x4.gt_s(i32x4(4, 8, 12, 16), i32x4.splat(<i32>(bytes - whole)));
  // The smallest number is the largest one with all signs changed.
  const sign = i32x4.splat(int(args, 4) != 0 ? 0x80000000 : 0);
  for (let r = cut(count, part, parts, 1); r < last; r++) {
    const x = ptr(args, 0) + <usize>r * bytes;
    // Each lane keeps its largest number and where it was, without branches, which would be mispredicted.
    let places = i32x4(0, 1, 2, 3);
    let at = places;
    let best = f32x4.splat(-Infinity);
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const v = orLeast(v128.xor(v128.load(x + i), sign));
      const better = f32x4.gt(v, best);
      best = v128.bitselect(v, best, better);
      places = v128.bitselect(at, places, better);
      at = i32x4.add(at, i32x4.splat(4));
    }
    if (i < bytes) {
      const tail = v128.bitselect(f32x4.splat(-Infinity), v128.xor(loadSome(x + i, bytes - i), sign), outside);
      const v = orLeast(tail);
      const better = f32x4.gt(v, best);
      best = v128.bitselect(v, best, better);
      places = v128.bitselect(at, places, better);
    }
    let least = v128.bitselect(places, i32x4.splat(i32.MAX_VALUE), f32x4.eq(best, largest(best)));
    least = i32x4.min_s(least, v128.shuffle<i64>(least, least, 1, 0));
    least = i32x4.min_s(least, v128.shuffle<f32>(least, least, 1, 0, 3, 2));
    const first = load<f32>(x);
    const place = first == first ? i32x4.extract_lane(least, 0) : 0;
    store<i32>(ptr(args, 1) + (<usize>r << 2), place);
  }
}

// @ts-ignore: decorator
@inline function orLeast(v: v128): v128 {
  return v128.bitselect(v, f32x4.splat(-Infinity), f32x4.eq(v, v));
}

/** The largest of four numbers, in all lanes. */
// @ts-ignore: decorator
@inline function largest(v: v128): v128 {
  const two = f32x4.pmax(v, v128.shuffle<i64>(v, v, 1, 0));
  return f32x4.pmax(two, v128.shuffle<f32>(two, two, 1, 0, 3, 2));
}

/** out[r] = e^(x[r] − max x[r]) / their sum, for each row. Arguments: x, out, rows, columns. */
export function softmax(args: usize, part: i32, parts: i32): void {
  const count = int(args, 2);
  const bytes = <usize>int(args, 3) << 2;
  const last = cut(count, part + 1, parts, 1);
  const whole = bytes & ~15;
  for (let r = cut(count, part, parts, 1); r < last; r++) {
    const x = ptr(args, 0) + <usize>r * bytes;
    const out = ptr(args, 1) + <usize>r * bytes;
    // Lanes past the row's end count as −∞.
    const ragged = whole < bytes;
    const outside = i32x4.gt_s(i32x4(4, 8, 12, 16), i32x4.splat(<i32>(bytes - whole)));
    let best = f32x4.splat(-Infinity);
    let odd = i32x4.splat(0);
    let v = best;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      v = v128.load(x + i);
      best = f32x4.pmax(best, v);
      odd = v128.or(odd, f32x4.ne(v, v));
    }
    if (ragged) {
      v = v128.bitselect(f32x4.splat(-Infinity), loadSome(x + i, bytes - i), outside);
      best = f32x4.pmax(best, v);
      odd = v128.or(odd, f32x4.ne(v, v));
    }
    const shift = f32x4.splat(v128.any_true(odd) ? NaN : f32x4.extract_lane(largest(best), 0));
    let sums = f32x4.splat(0);
    for (i = 0; i < whole; i += 16) {
      v = exp4(f32x4.sub(v128.load(x + i), shift));
      sums = f32x4.add(sums, v);
      v128.store(out + i, v);
    }
    if (ragged) {
      v = v128.andnot(exp4(f32x4.sub(loadSome(x + i, bytes - i), shift)), outside);
      sums = f32x4.add(sums, v);
      storeSome(out + i, v, bytes - i);
    }
    sums = f32x4.add(sums, v128.shuffle<i64>(sums, sums, 1, 0));
    sums = f32x4.add(sums, v128.shuffle<f32>(sums, sums, 1, 0, 3, 2));
    for (i = 0; i < whole; i += 16) v128.store(out + i, f32x4.div(v128.load(out + i), sums));
    if (ragged) storeSome(out + i, f32x4.div(v, sums), bytes - i);
  }
}
