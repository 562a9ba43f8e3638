import type { JavaScriptKernel } from './kernel.ts';
import { addScaled, dot } from './rows.ts';

// A sum of squares below this has lost digits. Matrices come scaled to about 1, so it counts as zero.
const SMALLEST = 1e-250;

/**
 * Makes of x (n >= 1 numbers) the reflection I − tau·v·vᵀ that maps x to (beta, 0, …): x becomes v with v[0] = 1.
 * Returns tau; beta goes to `beta`.
 */
function reflection(f64: Float64Array, x: number, n: number, beta: number): number {
  const first = f64[x];
  const rest = dot(f64, x + 1, x + 1, n - 1);
  f64[x] = 1;
  if (!(rest >= SMALLEST)) {
    f64.fill(0, x + 1, x + n);
    f64[beta] = first;
    return 0;
  }
  const length = Math.sqrt(first * first + rest);
  const image = first > 0 ? -length : length;
  const scale = 1 / (first - image);
  for (let i = 1; i < n; i++) f64[x + i] *= scale;
  f64[beta] = image;
  return (image - first) / image;
}

/**
 * `reflectPanel64`: Householder QR of `count` columns that lie as rows of m numbers.
 * Arguments: c, ldc, m, start, count, r, ldr, tau.
 */
export const reflectPanel64: JavaScriptKernel = ({ f64 }, args) => {
  const [c, ldc, m, start, count, r, ldr, tau] = args;
  for (let j = 0; j < count; j++) {
    const row = c / 8 + j * ldc;
    const before = start + j;
    const result = r / 8 + j * ldr;
    const length = m - before;
    f64.copyWithin(result, row, row + before);
    f64.fill(0, row, row + before);
    const factor = reflection(f64, row + before, length, result + before);
    f64[tau / 8 + j] = factor;
    if (factor === 0) continue;
    for (let q = j + 1; q < count; q++) {
      const other = c / 8 + q * ldc + before;
      const alpha = -factor * dot(f64, row + before, other, length);
      addScaled(f64, alpha, row + before, other, length);
    }
  }
};

/**
 * `tridiagonalReflect64`: one column of the reduction to tridiagonal form.
 * Arguments: a, ld (of a, v and w), n, column j, reflections of this panel so far k, v (its row j − k), w, diagonal,
 * off-diagonal, tau.
 */
export const tridiagonalReflect64: JavaScriptKernel = ({ f64 }, args) => {
  const [a, ld, n, j, k, v, w, diagonal, offDiagonal, tau] = args;
  const x = v / 8 + k * ld;
  const from = a / 8 + j * ld;
  f64.copyWithin(x + j, from + j, from + n);
  for (let q = 0; q < k; q++) {
    const [vq, wq] = [v / 8 + q * ld + j, w / 8 + q * ld + j];
    addScaled(f64, -f64[wq], vq, x + j, n - j);
    addScaled(f64, -f64[vq], wq, x + j, n - j);
  }
  f64[diagonal / 8 + j] = f64[x + j];
  f64.fill(0, x, x + j + 1);
  f64[tau / 8 + j] = j + 1 < n ? reflection(f64, x + j + 1, n - j - 1, offDiagonal / 8 + j) : 0;
};

/** `tridiagonalUpdate64`: turns A·v, in row k of W, into the row that updates A. Arguments: as above. */
export const tridiagonalUpdate64: JavaScriptKernel = ({ f64 }, args) => {
  const [, ld, n, j, k, v, w, , , tau] = args;
  const m = n - j - 1;
  const [vs, ws] = [v / 8 + j + 1, w / 8 + j + 1];
  const [x, y] = [vs + k * ld, ws + k * ld];
  const factor = f64[tau / 8 + j];
  for (let q = 0; q < k; q++) {
    const alpha = dot(f64, ws + q * ld, x, m);
    const beta = dot(f64, vs + q * ld, x, m);
    addScaled(f64, -alpha, vs + q * ld, y, m);
    addScaled(f64, -beta, ws + q * ld, y, m);
  }
  addScaled(f64, -0.5 * factor * dot(f64, y, x, m), x, y, m);
  for (let i = 0; i < m; i++) f64[y + i] *= factor;
};
