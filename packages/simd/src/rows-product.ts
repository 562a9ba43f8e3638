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
  const { bias = 0, out, ldout = units, type = 'float32' } = options;
  checkKey('type', type, FeatureType);
  // Numbers of 16 bits are widened in each call: those are not cut.
  const isCut = type === 'float32' && count >= CUT_ROWS;
  const together = isCut ? unitsInCache(units, features) : units;
  for (let from = 0; from < units; from += together) {
    const some = Math.min(together, units - from);
    const parts = Math.min(
      simd.partsFor(count * features * some, MULTIPLICATIONS),
      Math.ceil(count / 2),
    );
    const weights = [w + 4 * from * ldw, ldw, some, bias && bias + 4 * from];
    const args = [z, ldz, rows, count, features, ...weights, out + 4 * from, ldout];
    runOnRows(simd, 'rowsProduct', args, Math.max(1, parts), { type, together: 2 });
  }
}

/** With fewer rows, weights that stay in a cache are hardly read again. */
const CUT_ROWS = 32;
/** Weights of 1 MB stay in the cache of a core. */
const CACHED = 2 ** 18;
/** Kernels take this many units together, or a power of 2 below. */
const UNITS = 16;

/** How many units are multiplied at a time: all, unless their weights take twice a cache or more. */
function unitsInCache(units: number, features: number): number {
  if (units * features < 2 * CACHED) return units;
  return Math.min(units, UNITS * Math.max(1, Math.floor(CACHED / features / UNITS)));
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
  const { out, ldout = features, type = 'float32' } = options;
  checkKey('type', type, FeatureType);
  const parts = Math.min(
    simd.partsFor(count * features * units, MULTIPLICATIONS),
    Math.ceil(features / 64),
  );
  const args = [z, ldz, rows, count, features, g, ldg, units, out, ldout];
  runOnRows(simd, 'rowsTransposedProduct', args, Math.max(1, parts), { type, together: 4 });
}

/** Runs a kernel whose last arguments are memory, in which it widens blocks of so many rows together, and the type. */
function runOnRows(
  simd: Simd,
  kernel: 'rowsProduct' | 'rowsTransposedProduct',
  args: readonly number[],
  parts: number,
  { type, together }: { type: FeatureType; together: number },
): void {
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
