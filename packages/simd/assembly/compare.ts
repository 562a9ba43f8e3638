import { cut, int, ptr } from './arguments';
import { Comparison } from './operations';

/**
 * out[r][c] = a[r][c] ∘ b[r][c] as bytes 0 and 1; a and b are both float32 or both int32.
 * Arguments: op, a, b, out, rows, columns, four steps as in `binary`, whether they are int32.
 */
export function compare(args: usize, part: i32, parts: i32): void {
  const integer = int(args, 10) != 0;
  switch (int(args, 0) * 2 + <i32>integer) {
    case Comparison.equal * 2: rows(Comparison.equal, false, args, part, parts); break;
    case Comparison.equal * 2 + 1: rows(Comparison.equal, true, args, part, parts); break;
    case Comparison.notEqual * 2: rows(Comparison.notEqual, false, args, part, parts); break;
    case Comparison.notEqual * 2 + 1: rows(Comparison.notEqual, true, args, part, parts); break;
    case Comparison.less * 2: rows(Comparison.less, false, args, part, parts); break;
    case Comparison.less * 2 + 1: rows(Comparison.less, true, args, part, parts); break;
    case Comparison.lessEqual * 2: rows(Comparison.lessEqual, false, args, part, parts); break;
    case Comparison.lessEqual * 2 + 1: rows(Comparison.lessEqual, true, args, part, parts); break;
    case Comparison.greater * 2: rows(Comparison.greater, false, args, part, parts); break;
    case Comparison.greater * 2 + 1: rows(Comparison.greater, true, args, part, parts); break;
    case Comparison.greaterEqual * 2: rows(Comparison.greaterEqual, false, args, part, parts); break;
    case Comparison.greaterEqual * 2 + 1: rows(Comparison.greaterEqual, true, args, part, parts); break;
  }
}

// @ts-ignore: decorator
@inline function rows(op: i32, integer: bool, args: usize, part: i32, parts: i32): void {
  const count = int(args, 4);
  const columns = int(args, 5);
  const across = count < parts;
  const first = across ? 0 : cut(count, part, parts, 1);
  const last = across ? count : cut(count, part + 1, parts, 1);
  const start = across ? cut(columns, part, parts, 16) : 0;
  const end = across ? cut(columns, part + 1, parts, 16) : columns;
  const aRow = <usize>int(args, 6) << 2;
  const bRow = <usize>int(args, 8) << 2;
  const aStep = <usize>int(args, 7) << 2;
  const bStep = <usize>int(args, 9) << 2;
  for (let r = first; r < last; r++) {
    const a = ptr(args, 1) + <usize>r * aRow;
    const b = ptr(args, 2) + <usize>r * bRow;
    const out = ptr(args, 3) + <usize>r * <usize>columns;
    let i: usize = start;
    for (const whole: usize = start + ((end - start) & ~3); i < whole; i += 4) {
      const x = aStep ? v128.load(a + (i << 2)) : v128.load_splat<f32>(a);
      const y = bStep ? v128.load(b + (i << 2)) : v128.load_splat<f32>(b);
      const bits = v128.and(mask(op, integer, x, y), i32x4.splat(1));
      const bytes = i8x16.shuffle(bits, bits, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      v128.store_lane<i32>(out + i, bytes, 0);
    }
    for (; i < <usize>end; i++) {
      const x = v128.load_splat<f32>(a + i * aStep);
      const y = v128.load_splat<f32>(b + i * bStep);
      store<u8>(out + i, <u8>(i32x4.extract_lane(mask(op, integer, x, y), 0) & 1));
    }
  }
}

// @ts-ignore: decorator
@inline function mask(op: i32, integer: bool, a: v128, b: v128): v128 {
  if (op == Comparison.equal) return integer ? i32x4.eq(a, b) : f32x4.eq(a, b);
  if (op == Comparison.notEqual) return integer ? i32x4.ne(a, b) : f32x4.ne(a, b);
  if (op == Comparison.less) return integer ? i32x4.lt_s(a, b) : f32x4.lt(a, b);
  if (op == Comparison.lessEqual) return integer ? i32x4.le_s(a, b) : f32x4.le(a, b);
  if (op == Comparison.greater) return integer ? i32x4.gt_s(a, b) : f32x4.gt(a, b);
  return integer ? i32x4.ge_s(a, b) : f32x4.ge(a, b);
}
