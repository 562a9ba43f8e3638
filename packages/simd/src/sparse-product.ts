import { checkSizes } from './checks.ts';
import type { Simd } from './simd.ts';

/**
 * Compressed sparse rows in the memory, some of them picked by index: the numbers of row i lie in
 * `values` from indptr[i] to indptr[i + 1], their columns at the same places of `indices`.
 */
export interface SparseRowsAt {
  /** Pointer to rows + 1 uint32. */
  indptr: number;
  /** Pointer to one uint32 per number, below `features`. They are not checked. */
  indices: number;
  /** Pointer to one float32 per number. */
  values: number;
  /** Pointer to `count` int32. Default: rows 0 to count − 1. */
  rows?: number;
  count: number;
  features: number;
  /** Outputs of the linear model. */
  units: number;
  /**
   * How many numbers the picked rows hold, by which the work is divided among the threads. Default:
   * as many as rows.
   */
  numbers?: number;
}

/** Arguments of `sparseProductAt`. */
export interface SparseProductArguments extends SparseRowsAt {
  /** Pointer to features × units weights: those of a feature lie side by side. */
  w: number;
  /** Elements from one feature's weights to the next. Default: `units`. */
  ldw?: number;
  /** Pointer to `units` numbers. Default: none. */
  bias?: number;
  /** Pointer to count × units numbers. */
  out: number;
  /** Default: `units`. */
  ldout?: number;
}

/**
 * out = Z[rows]·W + bias for sparse rows Z, float32: the scores of a linear model, or the
 * projections of random features. Work and time go with the numbers that are kept. Each sum runs
 * over a row's numbers in their order, on any number of threads.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * sparseProductAt(simd, { indptr, indices, values, count: 3, features: 1000, units: 10, w, out });
 */
export function sparseProductAt(simd: Simd, options: SparseProductArguments): void {
  const { indptr, indices, values, rows = 0, count, features, units, numbers = count } = options;
  const { w, ldw = units, bias = 0, out, ldout = units } = options;
  checkSizes({ count, features, units, numbers, ldw, ldout });
  if (count * units === 0) return;
  const parts = Math.min(simd.partsFor(numbers * units, MULTIPLICATIONS), Math.ceil(count / 16));
  const args = [indptr, indices, values, rows, count, w, ldw, units, bias, out, ldout];
  simd.run('sparseProduct', args, parts);
}

/** Arguments of `sparseTransposedProductAt`. */
export interface SparseTransposedArguments extends SparseRowsAt {
  /**
   * Pointer to count × units numbers, such as the derivatives of a loss with respect to the scores.
   */
  g: number;
  /** Default: `units`. */
  ldg?: number;
  /** Pointer to features × units numbers. */
  out: number;
  /** Default: `units`. */
  ldout?: number;
}

/**
 * out = Z[rows]ᵀ·G for sparse rows Z, float32: the gradient of a linear model's weights. Each sum
 * runs over the rows in their order, on any number of threads, of which each takes outputs of its
 * own.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * const rows = { indptr, indices, values, count: 3, features: 1000, units: 10 };
 * sparseTransposedProductAt(simd, { ...rows, g, out });
 */
export function sparseTransposedProductAt(simd: Simd, options: SparseTransposedArguments): void {
  const { indptr, indices, values, rows = 0, count, features, units, numbers = count } = options;
  const { g, ldg = units, out, ldout = units } = options;
  checkSizes({ count, features, units, numbers, ldg, ldout });
  if (features * units === 0) return;
  const work = simd.partsFor((numbers + features) * units, MULTIPLICATIONS);
  const parts = Math.min(work, Math.ceil(units / 16));
  const args = [indptr, indices, values, rows, count, features, g, ldg, units, out, ldout];
  simd.run('sparseTransposedProduct', args, parts);
}

// Multiplications per part: with fewer, waking a worker costs more than it saves.
const MULTIPLICATIONS = 2e5;
