import { inTurns } from '@kernel-methods/simd/turns';
import { loadSimd } from './load-simd.ts';

/**
 * P with P·Pᵀ = (A + ridge · I)⁻¹, in float64: rows times P have the inner products of the inverse
 * of A. With Cholesky's L, P = L⁻ᵀ. More than `ridge` is added if rounding requires it.
 *
 * @param a n × n numbers, symmetric and positive semidefinite but for rounding.
 * @throws the signal's reason when aborted.
 */
export async function inverseRoot(
  a: ArrayLike<number>,
  n: number,
  ridge: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { choleskySteps, getSimd, solveTriangularSteps } = await loadSimd();
  const simd = getSimd();
  const matrix = new Float64Array(n * n);
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      matrix[i * n + j] = matrix[j * n + i] = (a[i * n + j] + a[j * n + i]) / 2;
    }
    matrix[i * n + i] += ridge;
    identity[i * n + i] = 1;
  }
  const { l } = await inTurns(choleskySteps(simd, matrix, n, { maxJitter: 1 }), signal);
  return inTurns(solveTriangularSteps(simd, l, identity, n, { transpose: true }), signal);
}

/** The ridge for a Gram matrix that was computed in float32: a few units of its rounding. */
export const ridgeOf = (gram: ArrayLike<number>, n: number): number => 1e-6 * meanDiagonal(gram, n);

export function meanDiagonal(gram: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += gram[i * n + i];
  return sum / n;
}
