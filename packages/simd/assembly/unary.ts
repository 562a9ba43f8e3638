import { cut, int, ptr, single } from './arguments';
import { circular4 } from './circular';
import { exp4, expm14, log1p4, log4, sigmoid4, softplus4, tanh4 } from './exponentials';
import { UnaryOperation } from './operations';
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
  switch (int(args, 0)) {
    case UnaryOperation.abs: map(UnaryOperation.abs, x, out, i, end, p, q); break;
    case UnaryOperation.negate: map(UnaryOperation.negate, x, out, i, end, p, q); break;
    case UnaryOperation.square: map(UnaryOperation.square, x, out, i, end, p, q); break;
    case UnaryOperation.sqrt: map(UnaryOperation.sqrt, x, out, i, end, p, q); break;
    case UnaryOperation.rsqrt: map(UnaryOperation.rsqrt, x, out, i, end, p, q); break;
    case UnaryOperation.reciprocal: map(UnaryOperation.reciprocal, x, out, i, end, p, q); break;
    case UnaryOperation.relu: map(UnaryOperation.relu, x, out, i, end, p, q); break;
    case UnaryOperation.relu6: map(UnaryOperation.relu6, x, out, i, end, p, q); break;
    case UnaryOperation.step: map(UnaryOperation.step, x, out, i, end, p, q); break;
    case UnaryOperation.sign: map(UnaryOperation.sign, x, out, i, end, p, q); break;
    case UnaryOperation.floor: map(UnaryOperation.floor, x, out, i, end, p, q); break;
    case UnaryOperation.ceil: map(UnaryOperation.ceil, x, out, i, end, p, q); break;
    case UnaryOperation.clip: map(UnaryOperation.clip, x, out, i, end, p, q); break;
    case UnaryOperation.leakyRelu: map(UnaryOperation.leakyRelu, x, out, i, end, p, q); break;
    case UnaryOperation.exp: map(UnaryOperation.exp, x, out, i, end, p, q); break;
    case UnaryOperation.expm1: map(UnaryOperation.expm1, x, out, i, end, p, q); break;
    case UnaryOperation.log: map(UnaryOperation.log, x, out, i, end, p, q); break;
    case UnaryOperation.log1p: map(UnaryOperation.log1p, x, out, i, end, p, q); break;
    case UnaryOperation.sigmoid: map(UnaryOperation.sigmoid, x, out, i, end, p, q); break;
    case UnaryOperation.tanh: map(UnaryOperation.tanh, x, out, i, end, p, q); break;
    case UnaryOperation.softplus: map(UnaryOperation.softplus, x, out, i, end, p, q); break;
    case UnaryOperation.elu: map(UnaryOperation.elu, x, out, i, end, p, q); break;
    case UnaryOperation.sin: map(UnaryOperation.sin, x, out, i, end, p, q); break;
    case UnaryOperation.cos: map(UnaryOperation.cos, x, out, i, end, p, q); break;
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
  if (op == UnaryOperation.abs) return f32x4.abs(x);
  if (op == UnaryOperation.negate) return f32x4.neg(x);
  if (op == UnaryOperation.square) return f32x4.mul(x, x);
  if (op == UnaryOperation.sqrt) return f32x4.sqrt(x);
  if (op == UnaryOperation.rsqrt) return f32x4.div(one, f32x4.sqrt(x));
  if (op == UnaryOperation.reciprocal) return f32x4.div(one, x);
  // pmax and pmin are one instruction each and keep a NaN that comes first; adding 0 clears −0's sign.
  if (op == UnaryOperation.relu) return f32x4.add(f32x4.pmax(x, zero), zero);
  if (op == UnaryOperation.relu6) return f32x4.add(f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6)), zero);
  // Step: 1 above 0, p elsewhere, NaN stays.
  if (op == UnaryOperation.step) return v128.bitselect(v128.bitselect(one, p, f32x4.gt(x, zero)), x, f32x4.eq(x, x));
  // Sign: 0 for 0 and NaN.
  if (op == UnaryOperation.sign) return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  if (op == UnaryOperation.floor) return f32x4.floor(x);
  if (op == UnaryOperation.ceil) return f32x4.ceil(x);
  // ClipByValue to [p, q]: NaN stays.
  if (op == UnaryOperation.clip) return v128.bitselect(q, v128.bitselect(p, x, f32x4.lt(x, p)), f32x4.gt(x, q));
  if (op == UnaryOperation.leakyRelu) return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, zero));
  if (op == UnaryOperation.exp) return exp4(x);
  if (op == UnaryOperation.expm1) return expm14(x);
  if (op == UnaryOperation.log) return log4(x);
  if (op == UnaryOperation.log1p) return log1p4(x);
  if (op == UnaryOperation.sigmoid) return sigmoid4(x);
  if (op == UnaryOperation.tanh) return tanh4(x);
  if (op == UnaryOperation.softplus) return softplus4(x);
  // Elu
  if (op == UnaryOperation.elu) return v128.bitselect(x, expm14(x), f32x4.ge(x, zero));
  if (op == UnaryOperation.sin) return circular4(x, 0);
  return circular4(x, 1);
}
