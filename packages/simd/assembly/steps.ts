import { cut, int, ptr, single } from './arguments';
import { madd } from './lanes';
import { loadSome, storeSome } from './tails';

/**
 * A step of Adam, float32, in place: g' = g + l2·w, m = beta1·m + (1 − beta1)·g', v = beta2·v + (1 − beta2)·g'²,
 * w −= rate·m / (correction·√v + epsilon).
 * Arguments: w, g, m, v, n, rate, correction, epsilon, beta1, 1 − beta1, beta2, 1 − beta2, l2.
 */
export function adam(args: usize, part: i32, parts: i32): void {
  const n = int(args, 4);
  let i = <usize>cut(n, part, parts, 16) << 2;
  const end = <usize>cut(n, part + 1, parts, 16) << 2;
  const w = ptr(args, 0), g = ptr(args, 1), m = ptr(args, 2), v = ptr(args, 3);
  for (const whole = i + ((end - i) & ~15); i < whole; i += 16) {
    const w0 = v128.load(w + i);
    const g0 = madd(f32x4.splat(single(args, 12)), w0, v128.load(g + i));
    const m0 = moment(args, 8, v128.load(m + i), g0);
    const v0 = moment(args, 10, v128.load(v + i), f32x4.mul(g0, g0));
    v128.store(m + i, m0);
    v128.store(v + i, v0);
    v128.store(w + i, moved(args, w0, m0, v0));
  }
  if (i < end) {
    const bytes = end - i;
    const w0 = loadSome(w + i, bytes);
    const g0 = madd(f32x4.splat(single(args, 12)), w0, loadSome(g + i, bytes));
    const m0 = moment(args, 8, loadSome(m + i, bytes), g0);
    const v0 = moment(args, 10, loadSome(v + i, bytes), f32x4.mul(g0, g0));
    storeSome(m + i, m0, bytes);
    storeSome(v + i, v0, bytes);
    storeSome(w + i, moved(args, w0, m0, v0), bytes);
  }
}

// @ts-ignore: decorator
@inline
function moment(args: usize, beta: i32, old: v128, x: v128): v128 {
  return madd(f32x4.splat(single(args, beta + 1)), x, f32x4.mul(f32x4.splat(single(args, beta)), old));
}

// @ts-ignore: decorator
@inline
function moved(args: usize, w: v128, m: v128, v: v128): v128 {
  const below = madd(f32x4.splat(single(args, 6)), f32x4.sqrt(v), f32x4.splat(single(args, 7)));
  return f32x4.sub(w, f32x4.div(f32x4.mul(f32x4.splat(single(args, 5)), m), below));
}

/**
 * A step of gradient descent with momentum, float32, in place: g' = g + l2·w, v = momentum·v + g',
 * w −= rate·v, or rate·(g' + momentum·v) with Nesterov's. Arguments: w, g, v or 0, n, rate, momentum, nesterov, l2.
 */
export function descend(args: usize, part: i32, parts: i32): void {
  const n = int(args, 3);
  let i = <usize>cut(n, part, parts, 16) << 2;
  const end = <usize>cut(n, part + 1, parts, 16) << 2;
  const w = ptr(args, 0), g = ptr(args, 1), v = ptr(args, 2);
  const rate = f32x4.splat(-single(args, 4));
  const momentum = f32x4.splat(single(args, 5));
  const nesterov = int(args, 6) != 0;
  const l2 = f32x4.splat(single(args, 7));
  for (; i < end; i += 16) {
    const bytes = end - i;
    const w0 = loadUpTo(w + i, bytes);
    const g0 = madd(l2, w0, loadUpTo(g + i, bytes));
    let step = g0;
    if (v) {
      step = madd(momentum, loadUpTo(v + i, bytes), g0);
      storeUpTo(v + i, step, bytes);
      if (nesterov) step = madd(momentum, step, g0);
    }
    storeUpTo(w + i, madd(rate, step, w0), bytes);
  }
}

// @ts-ignore: decorator
@inline
function loadUpTo(p: usize, bytes: usize): v128 {
  return bytes >= 16 ? v128.load(p) : loadSome(p, bytes);
}

// @ts-ignore: decorator
@inline
function storeUpTo(p: usize, x: v128, bytes: usize): void {
  if (bytes >= 16) v128.store(p, x);
  else storeSome(p, x, bytes);
}
