import { cut, int, ptr, single } from './arguments';

/**
 * Copies op(B) (k×n) to rows of `ld` numbers, 0 behind the n-th. Arguments: b, to, k, n, ldb, transposed, ld.
 */
export function widen(args: usize, part: i32, parts: i32): void {
  const b = ptr(args, 0);
  const to = ptr(args, 1);
  const k = int(args, 2);
  const n = int(args, 3);
  const transposed = int(args, 5) != 0;
  const ldb = <usize>int(args, 4) << 2;
  const along = transposed ? 4 : ldb;
  const across = transposed ? ldb : 4;
  const ld = int(args, 6);
  const last = cut(k, part + 1, parts, 16);
  for (let p = cut(k, part, parts, 16); p < last; p++) {
    const row = to + (<usize>p * <usize>ld << 2);
    const from = b + <usize>p * along;
    for (let j = 0; j < ld; j++) store<f32>(row + (<usize>j << 2), j < n ? load<f32>(from + <usize>j * across) : 0);
  }
}

/**
 * out[i][j] = epilogue(alpha·x[i][j] + bias[j]), from rows of `ld` numbers; where x holds the product's
 * transpose, from x[j][i]. Arguments: x, out, m, n, ld, transposed, ldout, alpha, bias or 0, relu.
 */
export function narrow(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 0);
  const out = ptr(args, 1);
  const m = int(args, 2);
  const n = int(args, 3);
  const ld = <usize>int(args, 4) << 2;
  const transposed = int(args, 5) != 0;
  const across = transposed ? ld : 4;
  const along = transposed ? 4 : ld;
  const ldout = <usize>int(args, 6) << 2;
  const alpha = single(args, 7);
  const bias = ptr(args, 8);
  const relu = int(args, 9) != 0;
  // Along the longer side.
  const tall = m >= n;
  const i0 = tall ? cut(m, part, parts, 16) : 0, i1 = tall ? cut(m, part + 1, parts, 16) : m;
  const j0 = tall ? 0 : cut(n, part, parts, 16), j1 = tall ? n : cut(n, part + 1, parts, 16);
  for (let i = i0; i < i1; i++) {
    const row = out + <usize>i * ldout;
    const from = x + <usize>i * along;
    for (let j = j0; j < j1; j++) {
      let v = alpha * load<f32>(from + <usize>j * across);
      if (bias) v += load<f32>(bias + (<usize>j << 2));
      // Not below 0, and NaN stays.
      store<f32>(row + (<usize>j << 2), relu ? max<f32>(v, 0) : v);
    }
  }
}
