import { cut, int, ptr } from './arguments';
import { loadSome, storeSome } from './tails';

/**
 * out[r][c] = f(a[r][c], b[r][c]), float32, with broadcasting by strides of 0.
 * Arguments: op, a, b, out, rows, columns, then for a and for b the steps from row to row and from
 * column to column, in numbers; a step from column to column is 0 or 1.
 */
export function binary(args: usize, part: i32, parts: i32): void {
  // The order is that of `binaryOps` in the backend.
  switch (int(args, 0)) {
    case 0: rows(0, args, part, parts); break;
    case 1: rows(1, args, part, parts); break;
    case 2: rows(2, args, part, parts); break;
    case 3: rows(3, args, part, parts); break;
    case 4: rows(4, args, part, parts); break;
    case 5: rows(5, args, part, parts); break;
    case 6: rows(6, args, part, parts); break;
    case 7: rows(7, args, part, parts); break;
    case 8: rows(8, args, part, parts); break;
  }
}

// `op` is a constant in each call, so that each loop holds one operation only.
// @ts-ignore: decorator
@inline function rows(op: i32, args: usize, part: i32, parts: i32): void {
  const count = int(args, 4);
  const columns = int(args, 5);
  // A few long rows are cut along the columns.
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
      // Both stand still only where there is a single column.
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
  if (op == 0) return f32x4.add(a, b);
  if (op == 1) return f32x4.sub(a, b);
  if (op == 2) return f32x4.mul(a, b);
  if (op == 3) return f32x4.div(a, b);
  if (op == 4) return f32x4.max(a, b);
  if (op == 5) return f32x4.min(a, b);
  if (op == 6) {
    const d = f32x4.sub(a, b);
    return f32x4.mul(d, d);
  }
  // Prelu: a where it is not below 0, a·b elsewhere.
  if (op == 7) return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)));
  // EluGrad: a where b is 0 or above, a·(b + 1) elsewhere.
  const slope = f32x4.mul(a, f32x4.add(b, f32x4.splat(1)));
  return v128.bitselect(a, slope, f32x4.ge(b, f32x4.splat(0)));
}
