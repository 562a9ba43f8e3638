import type { choleskySteps } from './linalg/cholesky.ts';
import type { eighSteps } from './linalg/eigh.ts';
import type { matmul64Steps } from './linalg/matmul64.ts';
import type { solveTriangularSteps } from './linalg/triangular.ts';
import type { getSimd } from './simd.ts';

/** What maps that learn from data need of this package. */
export interface LinearAlgebra {
  readonly choleskySteps: typeof choleskySteps;
  readonly eighSteps: typeof eighSteps;
  readonly getSimd: typeof getSimd;
  readonly matmul64Steps: typeof matmul64Steps;
  readonly solveTriangularSteps: typeof solveTriangularSteps;
}

let present: LinearAlgebra | undefined;

/** Called by the whole package when it is imported. */
export function setPresent(algebra: LinearAlgebra): void {
  present = algebra;
}

/**
 * The linear algebra of this package, if the program has imported the whole package anyway;
 * otherwise undefined, and `import('@kernel-methods/simd')` loads it.
 *
 * Such an import must not be made where the package is there: a bundler may have put it into the
 * chunk of the program itself, and if that awaits something at its top level, each would wait for the
 * other.
 *
 * ```ts
 * import { presentSimd } from '@kernel-methods/simd/turns';
 *
 * const { getSimd } = presentSimd() ?? (await import('@kernel-methods/simd'));
 * ```
 */
export const presentSimd = (): LinearAlgebra | undefined => present;
