import { cut, int, ptr } from './arguments';
import { storeUpTo4 } from './tails';

/** Rows of x and columns of y that are summed together: 8 sums, two vectors of y and one of x. */
const ROWS: i32 = 4;
const COLUMNS: i32 = 8;

/**
 * out[i][j] = Σ_k |x[i][k] − y[k][j]|, float32. Rows of y are read in blocks of 32 columns: what stands behind the last
 * column counts for nothing. Arguments: x, y, out, rows of x, columns of y, depth, ldx, ldy, ldout.
 */
export function manhattan(args: usize, part: i32, parts: i32): void {
  const m = int(args, 3), n = int(args, 4), depth = int(args, 5);
  const ldx = <usize>int(args, 6) << 2, ldy = <usize>int(args, 7) << 2, ldout = <usize>int(args, 8) << 2;
  const last = cut(m, part + 1, parts, ROWS);
  for (let j = 0; j < n; j += COLUMNS) {
    const y = ptr(args, 1) + (<usize>j << 2);
    for (let i = cut(m, part, parts, ROWS); i < last; i += ROWS) {
      const x = ptr(args, 0) + <usize>i * ldx;
      const out = ptr(args, 2) + <usize>i * ldout + (<usize>j << 2);
      tile(x, y, out, min(ROWS, last - i), min(COLUMNS, n - j), depth, ldx, ldy, ldout);
    }
  }
}

/** Rows that are not there are the last one again. */
function tile(x: usize, y: usize, out: usize, rows: i32, columns: i32, depth: i32, ldx: usize, ldy: usize, ldout: usize): void {
  const end = <usize>(rows - 1);
  const x1 = x + min<usize>(1, end) * ldx, x2 = x + min<usize>(2, end) * ldx, x3 = x + end * ldx;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (let k: usize = 0; k < <usize>depth << 2; k += 4, y += ldy) {
    const left = v128.load(y), right = v128.load(y, 16);
    let v = v128.load32_splat(x + k);
    a0 = f32x4.add(a0, f32x4.abs(f32x4.sub(v, left)));
    a1 = f32x4.add(a1, f32x4.abs(f32x4.sub(v, right)));
    v = v128.load32_splat(x1 + k);
    b0 = f32x4.add(b0, f32x4.abs(f32x4.sub(v, left)));
    b1 = f32x4.add(b1, f32x4.abs(f32x4.sub(v, right)));
    v = v128.load32_splat(x2 + k);
    c0 = f32x4.add(c0, f32x4.abs(f32x4.sub(v, left)));
    c1 = f32x4.add(c1, f32x4.abs(f32x4.sub(v, right)));
    v = v128.load32_splat(x3 + k);
    d0 = f32x4.add(d0, f32x4.abs(f32x4.sub(v, left)));
    d1 = f32x4.add(d1, f32x4.abs(f32x4.sub(v, right)));
  }
  put(out, a0, a1, columns);
  if (rows > 1) put(out + ldout, b0, b1, columns);
  if (rows > 2) put(out + 2 * ldout, c0, c1, columns);
  if (rows > 3) put(out + 3 * ldout, d0, d1, columns);
}

// @ts-ignore: decorator
@inline
function put(out: usize, left: v128, right: v128, columns: i32): void {
  storeUpTo4(out, left, <usize>columns << 2);
  if (columns > 4) storeUpTo4(out + 16, right, <usize>(columns - 4) << 2);
}
