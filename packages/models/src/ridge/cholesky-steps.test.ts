import { createRandom } from '@kernel-methods/random';
import { getSimd, matmul64At } from '@kernel-methods/simd';
import { expect, it } from 'vitest';
import { choleskySteps } from './cholesky-steps.ts';
import { atOnce } from './steps.ts';

/** Where the lower triangle of L·Lᵀ differs from A's most, A being random with this on its diagonal. */
function worst(n: number, diagonal: number): number {
  const simd = getSimd();
  const { uniform } = createRandom(n);
  const a = simd.alloc(8 * n * n);
  const product = simd.alloc(8 * n * n);
  try {
    // Above the diagonal nothing is read.
    const matrix = simd.f64(a, n * n).fill(Number.NaN);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) matrix[i * n + j] = uniform() - 0.5;
      matrix[i * (n + 1)] = diagonal;
    }
    const before = matrix.slice();
    if (!atOnce(choleskySteps(simd, a, n))) return Number.POSITIVE_INFINITY;
    const l = simd.f64(a, n * n);
    for (let i = 0; i < n; i++) l.fill(0, i * n + i + 1, (i + 1) * n);
    matmul64At(simd, { a, b: a, out: product, m: n, n, k: n, transposeB: true });
    const after = simd.f64(product, n * n);
    let most = 0;
    before.forEach((value, at) => {
      if (!Number.isNaN(value)) most = Math.max(most, Math.abs(value - after[at]));
    });
    return most;
  } finally {
    simd.free(a);
    simd.free(product);
  }
}

it.each([1, 63, 512, 513, 1100])('factors %d rows', (n) => {
  expect(worst(n, n)).toBeLessThan(1e-9);
});

it('says where there is no factor', () => {
  expect(worst(600, 0.1)).toBe(Number.POSITIVE_INFINITY);
  expect(worst(3, -1)).toBe(Number.POSITIVE_INFINITY);
});
