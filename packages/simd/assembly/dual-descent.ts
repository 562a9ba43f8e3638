import { cut, int, ptr, single } from './arguments';
import { madd, nmadd } from './lanes';
import { startOf } from './sparse';

/**
 * A pass of dual coordinate descent over sparse rows, each output by itself, in place. For each row of the order, its
 * coefficient b moves by (y − s − ridge·b) / (square + ridge + rate), but is kept between 0 and limit·y where there are
 * signs; for a move m, w[d] += m·x[d] and bias += rate·m. s is the row's score. The largest |m|·(square + ridge + rate)
 * of each output goes to `moved`, if it is above what is there.
 *
 * Outputs come in panels of 16, side by side, which a part takes from the first row to the last: the weights of a panel
 * (features × 16) stay in the second cache of a core.
 *
 * Arguments: indptr, indices, values, order (i32) or 0, count, w (panels of features × 16), features, panels, y and
 * coefficients (both panels of rows × 16), rows, square, ridge and limit of each row (rows × 3), bias, rate, whether there
 * are signs, moved.
 */
export function dualDescent(args: usize, part: i32, parts: i32): void {
  const order = ptr(args, 3);
  const count = int(args, 4);
  const panels = int(args, 7);
  const last = cut(panels, part + 1, parts, 1);
  for (let panel = cut(panels, part, parts, 1); panel < last; panel++) {
    const w = ptr(args, 5) + (<usize>panel * <usize>int(args, 6) << 6);
    const first = <usize>panel * <usize>int(args, 10) << 6;
    for (let r = 0; r < count; r++) move(args, order ? load<i32>(order + (<usize>r << 2)) : r, w, first, <usize>panel << 6);
  }
}

/** Where a coefficient goes. */
// @ts-ignore: decorator
@inline
function next(before: v128, target: v128, score: v128, own: usize, args: usize): v128 {
  const ridge = load<f32>(own, 4);
  const curvature = load<f32>(own) + ridge + single(args, 13);
  const wanted = nmadd(f32x4.splat(ridge), before, f32x4.sub(target, score));
  const after = f32x4.add(before, f32x4.div(wanted, f32x4.splat(curvature)));
  if (!int(args, 14)) return after;
  const zero = f32x4.splat(0);
  const limit = f32x4.splat(load<f32>(own, 8));
  const up = f32x4.gt(target, zero);
  const most = v128.bitselect(limit, zero, up);
  const least = v128.bitselect(zero, f32x4.neg(limit), up);
  return f32x4.max(least, f32x4.min(most, after));
}

// @ts-ignore: decorator
@inline
function largest(change: v128, own: usize, args: usize, known: v128): v128 {
  const curvature = load<f32>(own) + load<f32>(own, 4) + single(args, 13);
  return f32x4.max(known, f32x4.mul(f32x4.abs(change), f32x4.splat(curvature)));
}

/** Moves the coefficients of a row in a panel: its weights, its targets' place, and its first output, in bytes. */
function move(args: usize, row: i32, w: usize, first: usize, u: usize): void {
  const at = startOf(ptr(args, 0), 0, row);
  const indices = ptr(args, 1), values = ptr(args, 2);
  const from = <usize>load<u32>(at) << 2, to = <usize>load<u32>(at, 4) << 2;
  const bias = ptr(args, 12) + u;
  let a = v128.load(bias), b = v128.load(bias, 16), c = v128.load(bias, 32), d = v128.load(bias, 48);
  for (let k = from; k < to; k += 4) {
    const v = v128.load_splat<f32>(values + k);
    const x = w + (<usize>load<u32>(indices + k) << 6);
    a = madd(v, v128.load(x), a);
    b = madd(v, v128.load(x, 16), b);
    c = madd(v, v128.load(x, 32), c);
    d = madd(v, v128.load(x, 48), d);
  }
  const place = first + (<usize>row << 6);
  const y = ptr(args, 8) + place, p = ptr(args, 9) + place;
  const own = ptr(args, 11) + <usize>row * 12;
  const pa = v128.load(p), pb = v128.load(p, 16), pc = v128.load(p, 32), pd = v128.load(p, 48);
  const na = next(pa, v128.load(y), a, own, args), nb = next(pb, v128.load(y, 16), b, own, args);
  const nc = next(pc, v128.load(y, 32), c, own, args), nd = next(pd, v128.load(y, 48), d, own, args);
  a = f32x4.sub(na, pa);
  b = f32x4.sub(nb, pb);
  c = f32x4.sub(nc, pc);
  d = f32x4.sub(nd, pd);
  const zero = f32x4.splat(0);
  const moves = v128.or(v128.or(f32x4.ne(a, zero), f32x4.ne(b, zero)), v128.or(f32x4.ne(c, zero), f32x4.ne(d, zero)));
  if (!v128.any_true(moves)) return;
  v128.store(p, na);
  v128.store(p, nb, 16);
  v128.store(p, nc, 32);
  v128.store(p, nd, 48);
  const moved = ptr(args, 15) + u;
  v128.store(moved, largest(a, own, args, v128.load(moved)));
  v128.store(moved, largest(b, own, args, v128.load(moved, 16)), 16);
  v128.store(moved, largest(c, own, args, v128.load(moved, 32)), 32);
  v128.store(moved, largest(d, own, args, v128.load(moved, 48)), 48);
  const rate = f32x4.splat(single(args, 13));
  v128.store(bias, madd(rate, a, v128.load(bias)));
  v128.store(bias, madd(rate, b, v128.load(bias, 16)), 16);
  v128.store(bias, madd(rate, c, v128.load(bias, 32)), 32);
  v128.store(bias, madd(rate, d, v128.load(bias, 48)), 48);
  for (let k = from; k < to; k += 4) {
    const v = v128.load_splat<f32>(values + k);
    const x = w + (<usize>load<u32>(indices + k) << 6);
    v128.store(x, madd(v, a, v128.load(x)));
    v128.store(x, madd(v, b, v128.load(x, 16)), 16);
    v128.store(x, madd(v, c, v128.load(x, 32)), 32);
    v128.store(x, madd(v, d, v128.load(x, 48)), 48);
  }
}
