import { checkKey } from './checks.ts';
import type { Simd } from './simd.ts';
import { FEATURE_BLOCK, FeatureType } from './wasm/tables.ts';

/** Rows of a matrix, picked by index and read where they lie. */
export interface PickedRows {
  /** Pointer to the matrix: row-major numbers of `type`. */
  z: number;
  /** The type of `z`; all sums are float32. Default: 'float32'. */
  type?: FeatureType;
  /** Elements from one row of `z` to the next. Default: `features`. */
  ldz?: number;
  /** Pointer to `count` int32. Default: rows 0 to count − 1. */
  rows?: number;
  count: number;
  features: number;
  /** Outputs of the linear model. */
  units: number;
}

/** Arguments of `rowsProductAt`. */
export interface RowsProductArguments extends PickedRows {
  /** Pointer to units×features weights: a unit's weights lie side by side. */
  w: number;
  /** Elements from one unit's weights to the next. Default: `features`. */
  ldw?: number;
  /** Pointer to `units` numbers. Default: none. */
  bias?: number;
  /** Pointer to count×units numbers. */
  out: number;
  /** Default: `units`. */
  ldout?: number;
}

/**
 * out = Z[rows]·Wᵀ + bias, float32: the scores of a linear model on picked rows.
 *
 * @throws RangeError if `type` is not known.
 * @example
 * simd.i32(rows, 3).set([5, 0, 99]);
 * rowsProductAt(simd, { z, rows, count: 3, features: 64, units: 10, w, bias, out });
 */
export function rowsProductAt(simd: Simd, options: RowsProductArguments): void {
  const { z, rows = 0, count, features, units, ldz = features, w, ldw = features } = options;
  const { bias = 0, out, ldout = units } = options;
  const parts = Math.min(
    simd.partsFor(count * features * units, MULTIPLICATIONS),
    Math.ceil(count / 2),
  );
  const args = [z, ldz, rows, count, features, w, ldw, units, bias, out, ldout];
  runOnRows(simd, 'rowsProduct', args, Math.max(1, parts), { ...options, together: 2 });
}

/** Arguments of `rowsTransposedProductAt`. */
export interface RowsTransposedArguments extends PickedRows {
  /**
   * Pointer to count×units numbers, such as the derivatives of a loss with respect to the scores.
   */
  g: number;
  /** Default: `units`. */
  ldg?: number;
  /** Pointer to units×features numbers. */
  out: number;
  /** Default: `features`. */
  ldout?: number;
}

/**
 * out = Gᵀ·Z[rows], float32: the gradient of a linear model's weights, laid out like the weights.
 *
 * @throws RangeError if `type` is not known.
 * @example
 * simd.i32(rows, 3).set([5, 0, 99]);
 * rowsTransposedProductAt(simd, { z, rows, count: 3, features: 64, units: 10, g, out });
 */
export function rowsTransposedProductAt(simd: Simd, options: RowsTransposedArguments): void {
  const { z, rows = 0, count, features, units, ldz = features, g, ldg = units } = options;
  const { out, ldout = features } = options;
  const parts = Math.min(
    simd.partsFor(count * features * units, MULTIPLICATIONS),
    Math.ceil(features / 64),
  );
  const args = [z, ldz, rows, count, features, g, ldg, units, out, ldout];
  runOnRows(simd, 'rowsTransposedProduct', args, Math.max(1, parts), { ...options, together: 4 });
}

/** Runs a kernel whose last arguments are memory, in which it widens blocks of so many rows together, and the type. */
function runOnRows(
  simd: Simd,
  kernel: 'rowsProduct' | 'rowsTransposedProduct',
  args: readonly number[],
  parts: number,
  { type = 'float32', together }: { type?: FeatureType; together: number },
): void {
  checkKey('type', type, FeatureType);
  if (type === 'float32') {
    simd.run(kernel, [...args, 0, FeatureType.float32], parts);
    return;
  }
  const blocks = simd.alloc(parts * together * 4 * FEATURE_BLOCK);
  try {
    simd.run(kernel, [...args, blocks, FeatureType[type]], parts);
  } finally {
    simd.free(blocks);
  }
}

// Multiplications per part: with fewer, waking a worker costs more than it saves.
const MULTIPLICATIONS = 5e5;
