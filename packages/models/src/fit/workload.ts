import { CHUNK_ROWS } from '../data/examples.ts';
import { SAMPLE_ROWS } from '../ridge/choose-l2.ts';
import { memoryBudgetOf } from '../runtime/memory-budget.ts';
import { BATCH_SIZES } from '../solvers/eigenpro/plan.ts';

/**
 * The sizes that determine the time and memory of a fit if the options do not, for programs that
 * estimate a fit before it starts. They are not settings, and any version may change them.
 *
 * @example
 * ```ts
 * import { workload } from '@kernel-methods/models';
 *
 * const [rows, outputDim] = [60_000, 4096];
 * const isKept = 4 * rows * outputDim <= workload.memoryBudget(8 * 2 ** 30);
 * console.log(isKept); // features are computed once
 * ```
 */
export const workload = {
  /** The number of rows whose features are computed at a time. */
  chunkRows: CHUNK_ROWS,
  /** The bytes of features that are kept, given the bytes of free memory. */
  memoryBudget: memoryBudgetOf,
  /** The number of rows on which the solver 'direct' chooses its penalty. */
  penaltyRows: SAMPLE_ROWS,
  /** The smallest and the largest batch that the solver 'eigenpro' chooses. */
  eigenproBatchSizes: BATCH_SIZES,
} as const;
