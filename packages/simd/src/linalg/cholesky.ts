import { nonNegativeFinite, nonNegativeInteger, optional } from '@kernel-methods/check';
import { checkMatrix, checkSymmetric } from '../checks.ts';
import type { Simd } from '../simd.ts';
import { atOnce, STEP_PRODUCTS64, type Steps } from '../steps.ts';
import { TRIANGLE64, TriangleMode } from '../wasm/tables.ts';
import { matmul64StepsAt } from './matmul64.ts';
import { maxAbsAt } from './max-abs.ts';
import { inWorkspace } from './memory.ts';
import { solveTriangularStepsAt } from './triangular.ts';

/** What is added to the diagonal if rounding keeps a matrix from being positive definite. */
export interface CholeskyOptions {
  /** What is added to the diagonal after a first failure. Default: 2.2e-16 × the diagonal's mean. */
  jitter?: number;
  /** The most that is added; 0 adds nothing. Default: 1e-4 × the diagonal's mean. */
  maxJitter?: number;
}

/** What `cholesky` returns. */
export interface CholeskyFactor {
  /** Lower triangle L with L·Lᵀ = A + jitter·I; zeros above it. */
  l: Float64Array;
  /** What was added to the diagonal: 0 if A itself is positive definite. */
  jitter: number;
}

/**
 * Cholesky decomposition in place, float64: A, of which only the lower triangle is read, becomes L.
 * If rounding keeps A from being positive definite, `jitter` is added to the diagonal, then 10 × as
 * much, up to `maxJitter`.
 *
 * @returns what was added. After an error A is as it was, with its upper triangle a copy of the lower one.
 * @throws RangeError if a number is not finite, or A is not positive definite even then.
 * @example
 * simd.f64(a, 4).set([4, 2, 2, 5]);
 * choleskyAt(simd, a, 2);
 * simd.f64(a, 4); // 2, 0, 1, 2
 */
export function choleskyAt(
  simd: Simd,
  a: number,
  n: number,
  options: CholeskyOptions = {},
): number {
  return atOnce(choleskyStepsAt(simd, a, n, options));
}

/**
 * `choleskyAt` in steps, with the same bits. If the steps are abandoned, A is invalid.
 *
 * @example
 * simd.f64(a, 4).set([4, 2, 2, 5]);
 * await inTurns(choleskyStepsAt(simd, a, 2));
 * simd.f64(a, 4); // 2, 0, 1, 2
 */
export function* choleskyStepsAt(
  simd: Simd,
  a: number,
  n: number,
  options: CholeskyOptions = {},
): Steps<number> {
  optional(nonNegativeFinite, 'jitter', options.jitter);
  optional(nonNegativeFinite, 'maxJitter', options.maxJitter);
  if (n === 0) return 0;
  // The upper triangle keeps A for another try.
  yield* writeTriangle(simd, a, n, 'copyToUpper');
  yield;
  maxAbsAt(simd, 'a', a, n, n);
  yield;
  const diagonal = diagonalOf(simd.f64(a, n * n), n);
  const setDiagonal = (jitter: number) => {
    const values = simd.f64(a, n * n);
    for (let i = 0; i < n; i++) values[i * (n + 1)] = diagonal[i] + jitter;
  };
  const mean = Math.abs(diagonal.reduce((sum, value) => sum + value / n, 0));
  const { jitter: first = Number.EPSILON * mean, maxJitter = 1e-4 * mean } = options;
  for (let jitter = 0; ; ) {
    const failed = yield* factor(simd, a, n, 0, n);
    if (failed === 0) {
      yield* writeTriangle(simd, a, n, 'clearUpper');
      return jitter;
    }
    yield* writeTriangle(simd, a, n, 'copyToLower');
    const next = jitter === 0 ? first : 10 * jitter;
    if (!(next > 0 && next <= maxJitter)) {
      setDiagonal(0);
      throw new RangeError(
        `\`a\` must be positive definite. Received: a pivot that is not positive at row ${failed - 1} with ${jitter} added to the diagonal.`,
      );
    }
    jitter = next;
    setDiagonal(jitter);
  }
}

/** Returns 0, or the index of the row that failed plus 1. */
function* factor(simd: Simd, a: number, ld: number, start: number, n: number): Steps<number> {
  const at = a + 8 * start * (ld + 1);
  if (n <= TRIANGLE64) {
    const status = simd.scratch(64);
    simd.run('cholesky64', [at, n, ld, status], 1);
    const failed = simd.f64(status, 1)[0];
    yield;
    return failed && start + failed;
  }
  // Halves: nearly all work is products of large matrices.
  const half = Math.ceil(n / 2 / TRIANGLE64) * TRIANGLE64;
  const rest = n - half;
  const below = at + 8 * half * ld;
  const failed = yield* factor(simd, a, ld, start, half);
  if (failed) return failed;
  const triangleAndRows = { t: at, ldt: ld, b: below, ldb: ld, transposedB: true };
  yield* solveTriangularStepsAt(simd, { ...triangleAndRows, n: half, columns: rest });
  const product = { a: below, lda: ld, b: below, ldb: ld, transposeB: true, lower: true };
  const target = { out: below + 8 * half, ldout: ld, alpha: -1, accumulate: true };
  yield* matmul64StepsAt(simd, { ...product, ...target, m: rest, n: rest, k: half });
  return yield* factor(simd, a, ld, start + half, rest);
}

const diagonalOf = (a: Float64Array, n: number) =>
  Float64Array.from({ length: n }, (_, i) => a[i * (n + 1)]);

/** Writes one triangle of a square matrix: zeros, or a copy of the other triangle. */
export function* writeTriangle(
  simd: Simd,
  a: number,
  n: number,
  mode: TriangleMode,
  ld = n,
): Steps<void> {
  const most = Math.ceil(n / 8);
  const parts = Math.min(simd.partsFor(n * n, 32768, 8), most);
  const args = [a, n, ld, TriangleMode[mode]];
  yield* simd.runSteps(
    'triangle64',
    () => args,
    simd.partsInSteps((n * n) / STEP_PRODUCTS64, parts, most),
  );
}

/**
 * Cholesky decomposition of a symmetric n×n matrix, float64, row-major: A + jitter·I = L·Lᵀ. If
 * rounding keeps A from being positive definite, `jitter` is added to the diagonal, then 10 × as
 * much, up to `maxJitter`.
 *
 * @throws RangeError if A is not square, symmetric and finite, or not positive definite even then.
 * @example
 * const { l } = cholesky(getSimd(), Float64Array.of(4, 2, 2, 5), 2); // 2, 0, 1, 2
 */
export function cholesky(
  simd: Simd,
  a: Float64Array,
  n: number,
  options: CholeskyOptions = {},
): CholeskyFactor {
  return atOnce(choleskySteps(simd, a, n, options));
}

/**
 * `cholesky` in steps, with the same bits; it throws as `cholesky` does.
 *
 * @example
 * const { l } = await inTurns(choleskySteps(getSimd(), Float64Array.of(4, 2, 2, 5), 2)); // 2, 0, 1, 2
 */
export function* choleskySteps(
  simd: Simd,
  a: Float64Array,
  n: number,
  options: CholeskyOptions = {},
): Steps<CholeskyFactor> {
  nonNegativeInteger('n', n);
  checkMatrix('a', a, n, n);
  checkSymmetric('a', a, n);
  yield;
  return yield* inWorkspace(simd, function* (space) {
    const pointer = space.put(a);
    const jitter = yield* choleskyStepsAt(simd, pointer, n, options);
    return { l: simd.f64(pointer, n * n).slice(), jitter };
  });
}
