import { cut, int, ptr, single } from './arguments';
import { circular4 } from './circular';
import { exp4, expm14, log1p4, log4, sigmoid4, softplus4, tanh4 } from './exponentials';
import { loadSome, storeSome } from './tails';

/** out[i] = f(x[i]), float32; out may be x. Arguments: op, x, out, n, two parameters of f. */
export function unary(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 1);
  const out = ptr(args, 2);
  const n = int(args, 3);
  const i = <usize>cut(n, part, parts, 16) << 2;
  const end = <usize>cut(n, part + 1, parts, 16) << 2;
  const p = f32x4.splat(single(args, 4));
  const q = f32x4.splat(single(args, 5));
  // The order is that of `unaryOps` in the backend.
  switch (int(args, 0)) {
    case 0: map(0, x, out, i, end, p, q); break;
    case 1: map(1, x, out, i, end, p, q); break;
    case 2: map(2, x, out, i, end, p, q); break;
    case 3: map(3, x, out, i, end, p, q); break;
    case 4: map(4, x, out, i, end, p, q); break;
    case 5: map(5, x, out, i, end, p, q); break;
    case 6: map(6, x, out, i, end, p, q); break;
    case 7: map(7, x, out, i, end, p, q); break;
    case 8: map(8, x, out, i, end, p, q); break;
    case 9: map(9, x, out, i, end, p, q); break;
    case 10: map(10, x, out, i, end, p, q); break;
    case 11: map(11, x, out, i, end, p, q); break;
    case 12: map(12, x, out, i, end, p, q); break;
    case 13: map(13, x, out, i, end, p, q); break;
    case 14: map(14, x, out, i, end, p, q); break;
    case 15: map(15, x, out, i, end, p, q); break;
    case 16: map(16, x, out, i, end, p, q); break;
    case 17: map(17, x, out, i, end, p, q); break;
    case 18: map(18, x, out, i, end, p, q); break;
    case 19: map(19, x, out, i, end, p, q); break;
    case 20: map(20, x, out, i, end, p, q); break;
    case 21: map(21, x, out, i, end, p, q); break;
    case 22: map(22, x, out, i, end, p, q); break;
    case 23: map(23, x, out, i, end, p, q); break;
  }
}

// `op` is a constant in each call, so that each loop holds one operation only.
// @ts-ignore: decorator
@inline function map(op: i32, x: usize, out: usize, start: usize, end: usize, p: v128, q: v128): void {
  let i = start;
  for (const whole = start + ((end - start) & ~15); i < whole; i += 16) {
    v128.store(out + i, apply(op, v128.load(x + i), p, q));
  }
  if (i < end) storeSome(out + i, apply(op, loadSome(x + i, end - i), p, q), end - i);
}

// @ts-ignore: decorator
@inline function apply(op: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (op == 0) return f32x4.abs(x);
  if (op == 1) return f32x4.neg(x);
  if (op == 2) return f32x4.mul(x, x);
  if (op == 3) return f32x4.sqrt(x);
  if (op == 4) return f32x4.div(one, f32x4.sqrt(x));
  if (op == 5) return f32x4.div(one, x);
  // pmax and pmin are one instruction each and keep a NaN that comes first; adding 0 clears −0's sign.
  if (op == 6) return f32x4.add(f32x4.pmax(x, zero), zero);
  if (op == 7) return f32x4.add(f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6)), zero);
  // Step: 1 above 0, p elsewhere, NaN stays.
  if (op == 8) return v128.bitselect(v128.bitselect(one, p, f32x4.gt(x, zero)), x, f32x4.eq(x, x));
  // Sign: 0 for 0 and NaN.
  if (op == 9) return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  if (op == 10) return f32x4.floor(x);
  if (op == 11) return f32x4.ceil(x);
  // ClipByValue to [p, q]: NaN stays.
  if (op == 12) return v128.bitselect(q, v128.bitselect(p, x, f32x4.lt(x, p)), f32x4.gt(x, q));
  if (op == 13) return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, zero));
  if (op == 14) return exp4(x);
  if (op == 15) return expm14(x);
  if (op == 16) return log4(x);
  if (op == 17) return log1p4(x);
  if (op == 18) return sigmoid4(x);
  if (op == 19) return tanh4(x);
  if (op == 20) return softplus4(x);
  // Elu
  if (op == 21) return v128.bitselect(x, expm14(x), f32x4.ge(x, zero));
  if (op == 22) return circular4(x, 0);
  return circular4(x, 1);
}
