import { nonNegativeInteger } from '@kernel-methods/check';
import { checkMatrix, checkSymmetric } from '../checks.ts';
import type { Simd } from '../simd.ts';
import { atOnce, type Steps } from '../steps.ts';
import { type CholeskyFactor, type CholeskyOptions, choleskyStepsAt } from './cholesky.ts';
import { maxAbsAt } from './max-abs.ts';
import { withWorkspace } from './memory.ts';
import { columnsOf, solveTriangularStepsAt } from './triangular.ts';

/** Arguments of `choleskySolveAt`. */
export interface CholeskySolveArguments extends CholeskyOptions {
  /** Pointer to A, n×n, of which the lower triangle is read. L takes its place. */
  a: number;
  /** Pointer to B, n×columns. X takes its place. */
  b: number;
  n: number;
  columns: number;
  /** `a` holds L already. Default: false. */
  factored?: boolean;
}

/**
 * Solves A·X = B for a symmetric positive definite A, float64, in place.
 *
 * @returns the jitter, as `choleskyAt` does, and throws as it does.
 * @example
 * simd.f64(a, 4).set([4, 2, 2, 3]);
 * simd.f64(b, 2).set([8, 7]);
 * choleskySolveAt(simd, { a, b, n: 2, columns: 1 });
 * simd.f64(b, 2); // 1.25, 1.5
 */
export function choleskySolveAt(simd: Simd, options: CholeskySolveArguments): number {
  return atOnce(choleskySolveStepsAt(simd, options));
}

/**
 * `choleskySolveAt` in steps, with the same bits.
 *
 * @example
 * simd.f64(a, 4).set([4, 2, 2, 3]);
 * simd.f64(b, 2).set([8, 7]);
 * await inTurns(choleskySolveStepsAt(simd, { a, b, n: 2, columns: 1 }));
 * simd.f64(b, 2); // 1.25, 1.5
 */
export function* choleskySolveStepsAt(simd: Simd, options: CholeskySolveArguments): Steps<number> {
  const { a, b, n, columns, factored = false } = options;
  const jitter = factored ? 0 : yield* choleskyStepsAt(simd, a, n, options);
  yield* solveTriangularStepsAt(simd, { t: a, b, n, columns });
  yield* solveTriangularStepsAt(simd, { t: a, b, n, columns, transpose: true });
  return jitter;
}

/**
 * The X that solves A·X = B: A n×n symmetric positive definite, or what `cholesky` returned for it; B and X n×columns,
 * float64, row-major. `jitter` is what was added to A's diagonal.
 *
 * @throws RangeError as `cholesky` does, and if B does not have n rows of finite numbers.
 * @example
 * const a = Float64Array.of(4, 2, 2, 3);
 * choleskySolve(getSimd(), a, Float64Array.of(8, 7), 2).x; // 1.25, 1.5
 */
export function choleskySolve(
  simd: Simd,
  a: Float64Array | CholeskyFactor,
  b: Float64Array,
  n: number,
  options: CholeskyOptions = {},
): { x: Float64Array; jitter: number } {
  nonNegativeInteger('n', n);
  const factored = !(a instanceof Float64Array);
  const matrix = factored ? a.l : a;
  checkMatrix('a', matrix, n, n);
  const columns = columnsOf(b, n);
  if (!factored) checkSymmetric('a', matrix, n);
  return withWorkspace(simd, (space) => {
    const at = { a: space.put(matrix), b: space.put(b) };
    maxAbsAt(simd, 'b', at.b, n, columns);
    const jitter = choleskySolveAt(simd, { ...options, ...at, n, columns, factored });
    const x = simd.f64(at.b, n * columns).slice();
    return { x, jitter: factored ? a.jitter : jitter };
  });
}
