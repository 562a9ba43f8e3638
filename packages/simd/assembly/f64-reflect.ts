import { cut, int, ptr } from './arguments';
import { sum64 } from './f64-lanes';
import { axpyRow64, dot64 } from './f64-triangle';
import { madd64 } from './lanes';

// A sum of squares below this has lost digits. Matrices come scaled to about 1, so it counts as zero.
const SMALLEST: f64 = 1e-250;

/**
 * Makes of x (n >= 1 numbers) the reflection I − tau·v·vᵀ that maps x to (beta, 0, …): x becomes v with
 * v[0] = 1. Returns tau; beta goes to `beta`.
 */
function reflection(x: usize, n: i32, beta: usize): f64 {
  const first = load<f64>(x);
  const rest = dot64(x + 8, x + 8, n - 1);
  store<f64>(x, 1);
  if (!(rest >= SMALLEST)) {
    if (n > 1) memory.fill(x + 8, 0, <usize>(n - 1) << 3);
    store<f64>(beta, first);
    return 0;
  }
  const length = Math.sqrt(first * first + rest);
  const image = first > 0 ? -length : length;
  const scale = 1 / (first - image);
  for (let i: usize = 1; i < <usize>n; i++) store<f64>(x + (i << 3), scale * load<f64>(x + (i << 3)));
  store<f64>(beta, image);
  return (image - first) / image;
}

/**
 * Householder QR of `count` columns that lie as rows of m numbers: column j is reflected on its numbers
 * from `start + j` on. Its row of C becomes v (zeros, 1, the rest), its row of R what is above and on the
 * diagonal. Arguments: c, ldc, m, start, count, r, ldr, tau (each from row `start` on).
 */
export function reflectPanel64(args: usize, part: i32, parts: i32): void {
  const c = ptr(args, 0);
  const ldc = <usize>int(args, 1) << 3;
  const m = int(args, 2);
  const start = int(args, 3);
  const count = int(args, 4);
  const r = ptr(args, 5);
  const ldr = <usize>int(args, 6) << 3;
  const tau = ptr(args, 7);
  for (let j = 0; j < count; j++) {
    const row = c + <usize>j * ldc;
    const before = <usize>(start + j) << 3;
    const result = r + <usize>j * ldr;
    const length = m - start - j;
    memory.copy(result, row, before);
    memory.fill(row, 0, before);
    const factor = reflection(row + before, length, result + before);
    store<f64>(tau + (<usize>j << 3), factor);
    if (factor == 0) continue;
    for (let q = j + 1; q < count; q++) {
      const other = c + <usize>q * ldc + before;
      axpyRow64(-factor * dot64(row + before, other, length), row + before, other, length);
    }
  }
}

/**
 * One column of the reduction of a symmetric matrix to tridiagonal form. V holds one reflection per row, and W the
 * rows that go with those of this panel. A is as it was before the panel.
 * Arguments: a, ld (of a, v and w), n, column j, reflections of this panel so far k, v (its row j − k), w,
 * diagonal, off-diagonal, tau.
 */
export function tridiagonalReflect64(args: usize, part: i32, parts: i32): void {
  const ld = <usize>int(args, 1) << 3;
  const n = int(args, 2);
  const j = int(args, 3);
  const k = int(args, 4);
  const v = ptr(args, 5);
  const w = ptr(args, 6);
  const at = <usize>j << 3;
  const x = v + <usize>k * ld;
  memory.copy(x + at, ptr(args, 0) + <usize>j * ld + at, <usize>(n - j) << 3);
  for (let q: usize = 0; q < <usize>k; q++) {
    const vq = v + q * ld + at;
    const wq = w + q * ld + at;
    axpyRow64(-load<f64>(wq), vq, x + at, n - j);
    axpyRow64(-load<f64>(vq), wq, x + at, n - j);
  }
  store<f64>(ptr(args, 7) + at, load<f64>(x + at));
  memory.fill(x, 0, at + 8);
  let factor: f64 = 0;
  if (j + 1 < n) factor = reflection(x + at + 8, n - j - 1, ptr(args, 8) + at);
  store<f64>(ptr(args, 9) + at, factor);
}

/** Turns A·v, in row k of W, into the row that updates A. Arguments: as in `tridiagonalReflect64`. */
export function tridiagonalUpdate64(args: usize, part: i32, parts: i32): void {
  const ld = <usize>int(args, 1) << 3;
  const j = int(args, 3);
  const k = int(args, 4);
  const after = <usize>(j + 1) << 3;
  const m = int(args, 2) - j - 1;
  const v = ptr(args, 5) + after;
  const w = ptr(args, 6) + after;
  const x = v + <usize>k * ld;
  const y = w + <usize>k * ld;
  const factor = load<f64>(ptr(args, 9) + (<usize>j << 3));
  for (let q: usize = 0; q < <usize>k; q++) {
    const alpha = dot64(w + q * ld, x, m);
    const beta = dot64(v + q * ld, x, m);
    axpyRow64(-alpha, v + q * ld, y, m);
    axpyRow64(-beta, w + q * ld, y, m);
  }
  axpyRow64(-0.5 * factor * dot64(y, x, m), x, y, m);
  for (let i: usize = 0; i < <usize>m; i++) store<f64>(y + (i << 3), factor * load<f64>(y + (i << 3)));
}

/** y = A·x for m rows of n numbers, float64. Arguments: a, ld, m, n, x, y. */
export function gemv64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const ld = <usize>int(args, 1) << 3;
  const m = int(args, 2);
  const n = int(args, 3);
  const x = ptr(args, 4);
  const y = ptr(args, 5);
  const end = cut(m, part + 1, parts, 8);
  let i = cut(m, part, parts, 8);
  const whole = <usize>(n & ~1) << 3;
  for (; i + 4 <= end; i += 4) {
    const r0 = a + <usize>i * ld, r1 = r0 + ld, r2 = r1 + ld, r3 = r2 + ld;
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let p: usize = 0; p < whole; p += 16) {
      const u = v128.load(x + p);
      s0 = madd64(v128.load(r0 + p), u, s0);
      s1 = madd64(v128.load(r1 + p), u, s1);
      s2 = madd64(v128.load(r2 + p), u, s2);
      s3 = madd64(v128.load(r3 + p), u, s3);
    }
    if (n & 1) {
      const u = v128.load64_zero(x + whole);
      s0 = madd64(v128.load64_zero(r0 + whole), u, s0);
      s1 = madd64(v128.load64_zero(r1 + whole), u, s1);
      s2 = madd64(v128.load64_zero(r2 + whole), u, s2);
      s3 = madd64(v128.load64_zero(r3 + whole), u, s3);
    }
    const to = y + (<usize>i << 3);
    store<f64>(to, sum64(s0));
    store<f64>(to, sum64(s1), 8);
    store<f64>(to, sum64(s2), 16);
    store<f64>(to, sum64(s3), 24);
  }
  for (; i < end; i++) store<f64>(y + (<usize>i << 3), dot64(a + <usize>i * ld, x, n));
}
