import { cut, int, ptr } from './arguments';
import { TRIANGLE64 } from './blocks';
import { nmadd64, sum64 } from './f64-lanes';
import { madd64 } from './lanes';

/** The dot product of two rows. The numbers that are left over go through the same lanes. */
export function dot64(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = x + (<usize>n << 3);
  for (const whole = x + (<usize>(n & ~7) << 3); x < whole; x += 64, y += 64) {
    s0 = madd64(v128.load(x), v128.load(y), s0);
    s1 = madd64(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = madd64(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = madd64(v128.load(x, 48), v128.load(y, 48), s3);
  }
  for (; x < end; x += 8, y += 8) s0 = madd64(v128.load64_zero(x), v128.load64_zero(y), s0);
  return sum64(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
}

/** y += alpha·x. */
export function axpyRow64(alpha: f64, x: usize, y: usize, n: i32): void {
  const alphas = f64x2.splat(alpha);
  const end = x + (<usize>n << 3);
  for (const whole = x + (<usize>(n & ~3) << 3); x < whole; x += 32, y += 32) {
    v128.store(y, madd64(alphas, v128.load(x), v128.load(y)));
    v128.store(y, madd64(alphas, v128.load(x, 16), v128.load(y, 16)), 16);
  }
  for (; x < end; x += 8, y += 8) {
    store<f64>(y, f64x2.extract_lane(madd64(alphas, v128.load64_zero(x), v128.load64_zero(y)), 0));
  }
}

/**
 * Cholesky of one small block, in place, lower triangle. Stops at a pivot that is not positive and
 * finite, and writes its index plus 1 to `status`; 0 where there is none.
 * Arguments: a, n, ld, status.
 */
export function cholesky64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const n = int(args, 1);
  const ld = <usize>int(args, 2) << 3;
  const status = ptr(args, 3);
  for (let i = 0; i < n; i++) {
    const row = a + <usize>i * ld;
    for (let j = 0; j < i; j++) {
      const other = a + <usize>j * ld;
      const at = row + (<usize>j << 3);
      store<f64>(at, (load<f64>(at) - dot64(row, other, j)) / load<f64>(other + (<usize>j << 3)));
    }
    const at = row + (<usize>i << 3);
    const pivot = load<f64>(at) - dot64(row, row, i);
    if (!(pivot > 0 && pivot < Infinity)) {
      store<f64>(status, i + 1);
      return;
    }
    store<f64>(at, Math.sqrt(pivot));
  }
  store<f64>(status, 0);
}

/**
 * Solves T·X = B in place for one small triangle T (n <= TRIANGLE64): lower, forward; or upper, backward.
 * Parts take columns of X. Strides are in numbers.
 * Arguments: t, its row and column stride, x, its row and column stride, n, columns of x, backward,
 * scratch, bytes of scratch per part.
 */
export function triangular64(args: usize, part: i32, parts: i32): void {
  const t = ptr(args, 0);
  const tRow = <isize>int(args, 1) << 3;
  const tColumn = <isize>int(args, 2) << 3;
  const x = ptr(args, 3);
  const xRow = <isize>int(args, 4) << 3;
  const xColumn = <isize>int(args, 5) << 3;
  const n = int(args, 6);
  const columns = int(args, 7);
  const backward = int(args, 8) != 0;
  const triangle = ptr(args, 9) + <usize>part * ptr(args, 10);
  const strip = triangle + TRIANGLE64 * TRIANGLE64 * 8;
  const c0 = cut(columns, part, parts, 8);
  const c1 = cut(columns, part + 1, parts, 8);
  // Backward substitution is forward substitution with rows and columns counted from the end.
  const way: isize = backward ? -1 : 1;
  const last = backward ? <isize>(n - 1) : 0;
  const t0 = t + last * (tRow + tColumn);
  for (let i = 0; i < n; i++) {
    const from = t0 + <isize>i * way * tRow;
    const to = triangle + (<usize>i << 9);
    for (let p = 0; p <= i; p++) store<f64>(to + (<usize>p << 3), load<f64>(from + <isize>p * way * tColumn));
  }
  for (let c = c0; c < c1; c += 8) {
    const valid = min(8, c1 - c);
    const x0 = x + last * xRow + <isize>c * xColumn;
    if (valid < 8) memory.fill(strip, 0, <usize>n << 6);
    for (let i = 0; i < n; i++) {
      const from = x0 + <isize>i * way * xRow;
      const to = strip + (<usize>i << 6);
      for (let q = 0; q < valid; q++) store<f64>(to + (<usize>q << 3), load<f64>(from + <isize>q * xColumn));
    }
    forward8(triangle, strip, n);
    for (let i = 0; i < n; i++) {
      const to = x0 + <isize>i * way * xRow;
      const from = strip + (<usize>i << 6);
      for (let q = 0; q < valid; q++) store<f64>(to + <isize>q * xColumn, load<f64>(from + (<usize>q << 3)));
    }
  }
}

/** Forward substitution of eight columns; rows of the triangle lie 512 bytes apart. */
// @ts-ignore: decorator
@inline
function forward8(triangle: usize, strip: usize, n: i32): void {
  for (let i = 0; i < n; i += 2) {
    const x0 = strip + (<usize>i << 6), x1 = x0 + 64;
    const pair = i + 1 < n;
    let t0 = triangle + (<usize>i << 9), t1 = pair ? t0 + 512 : t0;
    let a0 = v128.load(x0), a1 = v128.load(x0, 16), a2 = v128.load(x0, 32), a3 = v128.load(x0, 48);
    let b0 = v128.load(x1), b1 = v128.load(x1, 16), b2 = v128.load(x1, 32), b3 = v128.load(x1, 48);
    for (let x = strip; x < x0; x += 64, t0 += 8, t1 += 8) {
      const x_0 = v128.load(x), x_1 = v128.load(x, 16), x_2 = v128.load(x, 32), x_3 = v128.load(x, 48);
      let s = v128.load_splat<f64>(t0);
      a0 = nmadd64(s, x_0, a0); a1 = nmadd64(s, x_1, a1); a2 = nmadd64(s, x_2, a2); a3 = nmadd64(s, x_3, a3);
      s = v128.load_splat<f64>(t1);
      b0 = nmadd64(s, x_0, b0); b1 = nmadd64(s, x_1, b1); b2 = nmadd64(s, x_2, b2); b3 = nmadd64(s, x_3, b3);
    }
    let d = v128.load_splat<f64>(t0);
    a0 = f64x2.div(a0, d); a1 = f64x2.div(a1, d); a2 = f64x2.div(a2, d); a3 = f64x2.div(a3, d);
    v128.store(x0, a0); v128.store(x0, a1, 16); v128.store(x0, a2, 32); v128.store(x0, a3, 48);
    if (!pair) return;
    const s = v128.load_splat<f64>(t1);
    d = v128.load_splat<f64>(t1, 8);
    v128.store(x1, f64x2.div(nmadd64(s, a0, b0), d)); v128.store(x1, f64x2.div(nmadd64(s, a1, b1), d), 16);
    v128.store(x1, f64x2.div(nmadd64(s, a2, b2), d), 32); v128.store(x1, f64x2.div(nmadd64(s, a3, b3), d), 48);
  }
}
