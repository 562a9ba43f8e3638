import { cut, int, ptr } from './arguments';

/**
 * out[r][c] = a[r][c] ∘ b[r][c] as bytes 0 and 1; a and b are both float32 or both int32.
 * Arguments: op, a, b, out, rows, columns, four steps as in `binary`, whether they are int32.
 */
export function compare(args: usize, part: i32, parts: i32): void {
  const integer = int(args, 10) != 0;
  // The order is that of `compareOps` in the backend.
  switch (int(args, 0) * 2 + <i32>integer) {
    case 0: rows(0, false, args, part, parts); break;
    case 1: rows(0, true, args, part, parts); break;
    case 2: rows(1, false, args, part, parts); break;
    case 3: rows(1, true, args, part, parts); break;
    case 4: rows(2, false, args, part, parts); break;
    case 5: rows(2, true, args, part, parts); break;
    case 6: rows(3, false, args, part, parts); break;
    case 7: rows(3, true, args, part, parts); break;
    case 8: rows(4, false, args, part, parts); break;
    case 9: rows(4, true, args, part, parts); break;
    case 10: rows(5, false, args, part, parts); break;
    case 11: rows(5, true, args, part, parts); break;
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
  if (op == 0) return integer ? i32x4.eq(a, b) : f32x4.eq(a, b);
  if (op == 1) return integer ? i32x4.ne(a, b) : f32x4.ne(a, b);
  if (op == 2) return integer ? i32x4.lt_s(a, b) : f32x4.lt(a, b);
  if (op == 3) return integer ? i32x4.le_s(a, b) : f32x4.le(a, b);
  if (op == 4) return integer ? i32x4.gt_s(a, b) : f32x4.gt(a, b);
  return integer ? i32x4.ge_s(a, b) : f32x4.ge(a, b);
}
