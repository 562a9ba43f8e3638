import { cut, int, ptr } from './arguments';
import { BinaryOperation } from './operations';
import { loadSome, storeSome } from './tails';

/**
 * out[r][c] = f(a[r][c], b[r][c]), float32, with broadcasting by strides of 0.
 * Arguments: op, a, b, out, rows, columns, then for a and for b the steps from row to row and from
 * column to column, in numbers; a step from column to column is 0 or 1.
 */
export function binary(args: usize, part: i32, parts: i32): void {
  switch (int(args, 0)) {
    case BinaryOperation.add: rows(BinaryOperation.add, args, part, parts); break;
    case BinaryOperation.subtract: rows(BinaryOperation.subtract, args, part, parts); break;
    case BinaryOperation.multiply: rows(BinaryOperation.multiply, args, part, parts); break;
    case BinaryOperation.divide: rows(BinaryOperation.divide, args, part, parts); break;
    case BinaryOperation.maximum: rows(BinaryOperation.maximum, args, part, parts); break;
    case BinaryOperation.minimum: rows(BinaryOperation.minimum, args, part, parts); break;
    case BinaryOperation.squaredDifference: rows(BinaryOperation.squaredDifference, args, part, parts); break;
    case BinaryOperation.prelu: rows(BinaryOperation.prelu, args, part, parts); break;
    case BinaryOperation.eluGradient: rows(BinaryOperation.eluGradient, args, part, parts); break;
  }
}

// `op` is a constant in each call, so that each loop holds one operation only.
// @ts-ignore: decorator
@inline function rows(op: i32, args: usize, part: i32, parts: i32): void {
  const count = int(args, 4);
  const columns = int(args, 5);
  // A few long rows are cut by columns.
  const across = count < parts;
  const first = across ? 0 : cut(count, part, parts, 1);
  const last = across ? count : cut(count, part + 1, parts, 1);
  const start = across ? <usize>cut(columns, part, parts, 16) << 2 : 0;
  const end = <usize>(across ? cut(columns, part + 1, parts, 16) : columns) << 2;
  const aRow = <usize>int(args, 6) << 2;
  const bRow = <usize>int(args, 8) << 2;
  const aSteps = int(args, 7) != 0;
  const bSteps = int(args, 9) != 0;
  const row = <usize>columns << 2;
  let a = ptr(args, 1) + <usize>first * aRow;
  let b = ptr(args, 2) + <usize>first * bRow;
  let out = ptr(args, 3) + <usize>first * row;
  const whole = start + ((end - start) & ~15);
  for (let r = first; r < last; r++) {
    let i = start;
    if (aSteps && bSteps) {
      for (; i < whole; i += 16) v128.store(out + i, apply(op, v128.load(a + i), v128.load(b + i)));
      if (i < end) storeSome(out + i, apply(op, loadSome(a + i, end - i), loadSome(b + i, end - i)), end - i);
    } else if (aSteps) {
      const s = v128.load_splat<f32>(b);
      for (; i < whole; i += 16) v128.store(out + i, apply(op, v128.load(a + i), s));
      if (i < end) storeSome(out + i, apply(op, loadSome(a + i, end - i), s), end - i);
    } else {
      const s = v128.load_splat<f32>(a);
      // Both repeat a column only where there is a single one.
      for (; i < whole; i += 16) v128.store(out + i, apply(op, s, v128.load(b + i)));
      if (i < end) storeSome(out + i, apply(op, s, loadSome(b + i, end - i)), end - i);
    }
    a += aRow;
    b += bRow;
    out += row;
  }
}

// @ts-ignore: decorator
@inline function apply(op: i32, a: v128, b: v128): v128 {
  if (op == BinaryOperation.add) return f32x4.add(a, b);
  if (op == BinaryOperation.subtract) return f32x4.sub(a, b);
  if (op == BinaryOperation.multiply) return f32x4.mul(a, b);
  if (op == BinaryOperation.divide) return f32x4.div(a, b);
  if (op == BinaryOperation.maximum) return f32x4.max(a, b);
  if (op == BinaryOperation.minimum) return f32x4.min(a, b);
  if (op == BinaryOperation.squaredDifference) {
    const d = f32x4.sub(a, b);
    return f32x4.mul(d, d);
  }
  // prelu: a where it is not below 0, a·b elsewhere.
  if (op == BinaryOperation.prelu) return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)));
  // eluGradient: a where b is 0 or above, a·(b + 1) elsewhere.
  const slope = f32x4.mul(a, f32x4.add(b, f32x4.splat(1)));
  return v128.bitselect(a, slope, f32x4.ge(b, f32x4.splat(0)));
}
