import { cut, double, int, ptr } from './arguments';
import { TriangleMode } from './operations';

// Tiles of 8×8 are whole cache lines on both sides.
const TILE: i32 = 8;

/**
 * out (columns×rows) = A (rows×columns) transposed, times alpha. Column q of `out` is row order[q] of A
 * where there is an order. float64. Arguments: a, out, rows, columns, lda, ldout, order or 0, alpha.
 */
export function transpose64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const out = ptr(args, 1);
  const rows = int(args, 2);
  const columns = int(args, 3);
  const lda = <usize>int(args, 4) << 3;
  const ldout = <usize>int(args, 5) << 3;
  const order = ptr(args, 6);
  const alpha = double(args, 7);
  const c1 = cut(columns, part + 1, parts, TILE);
  for (let c = cut(columns, part, parts, TILE); c < c1; c += TILE) {
    const ce = min(c + TILE, c1);
    for (let r = 0; r < rows; r += TILE) {
      const re = min(r + TILE, rows);
      for (let q = r; q < re; q++) {
        const row = order ? <usize>load<f64>(order + (<usize>q << 3)) : <usize>q;
        let from = a + row * lda + (<usize>c << 3);
        let to = out + <usize>c * ldout + (<usize>q << 3);
        for (let i = c; i < ce; i++, from += 8, to += ldout) store<f64>(to, alpha * load<f64>(from));
      }
    }
  }
}

/**
 * Row i of out = alpha · row order[i] of A, or row i where there is no order. float64.
 * Arguments: as in `transpose64`.
 */
export function copyRows64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const out = ptr(args, 1);
  const rows = int(args, 2);
  const columns = int(args, 3);
  const lda = <usize>int(args, 4) << 3;
  const ldout = <usize>int(args, 5) << 3;
  const order = ptr(args, 6);
  const alpha = double(args, 7);
  const r1 = cut(rows, part + 1, parts, TILE);
  for (let i = cut(rows, part, parts, TILE); i < r1; i++) {
    const row = order ? <i32>load<f64>(order + (<usize>i << 3)) : i;
    let from = a + <usize>row * lda;
    let to = out + <usize>i * ldout;
    for (let q = 0; q < columns; q++, from += 8, to += 8) store<f64>(to, alpha * load<f64>(from));
  }
}

/**
 * Fills one triangle of a square matrix, with zeros or with the other triangle. Arguments: a, n, ld, mode (of `TriangleMode`).
 */
export function triangle64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const n = int(args, 1);
  const ld = <usize>int(args, 2) << 3;
  const mode = int(args, 3);
  const r1 = cut(n, part + 1, parts, TILE);
  for (let r = cut(n, part, parts, TILE); r < r1; r += TILE) {
    const re = min(r + TILE, r1);
    const first = mode == TriangleMode.copyToLower ? 0 : r;
    const last = mode == TriangleMode.copyToLower ? re : n;
    for (let c = first; c < last; c += TILE) {
      const ce = min(c + TILE, last);
      for (let i = r; i < re; i++) {
        const jEnd = mode == TriangleMode.copyToLower ? min(ce, i) : ce;
        let j = mode == TriangleMode.copyToLower ? c : max(c, i + 1);
        let to = a + <usize>i * ld + (<usize>j << 3);
        let from = a + <usize>j * ld + (<usize>i << 3);
        for (; j < jEnd; j++, to += 8, from += ld) store<f64>(to, mode == TriangleMode.clearUpper ? 0 : load<f64>(from));
      }
    }
  }
}

/**
 * partial[part] = the largest |a| of the part's rows, or NaN where one of them holds NaN.
 * Arguments: a, rows, columns, ld, partial.
 */
export function maxAbs64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const rows = int(args, 1);
  const columns = int(args, 2);
  const ld = <usize>int(args, 3) << 3;
  let m0 = f64x2.splat(0), m1 = m0;
  const r1 = cut(rows, part + 1, parts, 1);
  for (let i = cut(rows, part, parts, 1); i < r1; i++) {
    let x = a + <usize>i * ld;
    const end = x + (<usize>columns << 3);
    for (const whole = x + (<usize>(columns & ~3) << 3); x < whole; x += 32) {
      m0 = f64x2.max(m0, f64x2.abs(v128.load(x)));
      m1 = f64x2.max(m1, f64x2.abs(v128.load(x, 16)));
    }
    for (; x < end; x += 8) m0 = f64x2.max(m0, f64x2.abs(v128.load64_zero(x)));
  }
  m0 = f64x2.max(m0, m1);
  store<f64>(ptr(args, 4) + (<usize>part << 3), max(f64x2.extract_lane(m0, 0), f64x2.extract_lane(m0, 1)));
}
