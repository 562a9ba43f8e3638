import { positiveInteger } from '@kernel-methods/check';
import { checkKey, checkSizes } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';
import { Reduction } from './wasm/tables.ts';

/** Arguments of `reduceAt`. */
export interface ReduceArguments {
  reduction: Reduction;
  /** Pointer to outer × reduced × inner float32. */
  x: number;
  /** Pointer to outer × inner float32. */
  out: number;
  outer: number;
  /** The numbers that are reduced to one: 1 or more. */
  reduced: number;
  inner: number;
  /** Sums are multiplied by this. Default: 1. */
  scale?: number;
}

/**
 * out[o][i] = the sum, maximum or minimum of x[o][r][i] over r, float32. A sum is kept in float64 until it is stored;
 * a NaN among the numbers gives NaN. Bits are the same on any number of threads.
 *
 * @throws RangeError if `reduction` is not known, or a size is not a whole number of its range.
 * @example
 * // The mean of each of 100 rows of 64.
 * reduceAt(simd, { reduction: 'sum', x, out, outer: 100, reduced: 64, inner: 1, scale: 1 / 64 });
 */
export function reduceAt(simd: Simd, options: ReduceArguments): void {
  const { reduction, x, out, outer, reduced, inner, scale = 1 } = options;
  checkKey('reduction', reduction, Reduction);
  checkSizes({ outer, inner });
  positiveInteger('reduced', reduced);
  const op = Reduction[reduction];
  const parts = simd.partsFor(outer * reduced * inner, GRAIN);
  if (outer * inner !== 1 || reduced <= PIECE) {
    simd.run('reduce', [op, x, out, outer, reduced, inner, scale], parts);
    return;
  }
  const pieces = Math.ceil(reduced / PIECE);
  const partial = simd.scratch(8 * pieces);
  simd.run('reducePieces', [op, x, partial, reduced, PIECE], Math.min(parts, pieces));
  simd.f32(out, 1)[0] = combine[reduction](simd.f64(partial, pieces), scale);
}

// A single result is reduced by pieces of this many numbers, whatever the threads.
const PIECE = 16384;

const combine = {
  sum: (results: Float64Array, scale: number) => results.reduce((a, b) => a + b) * scale,
  max: (results: Float64Array) => results.reduce((a, b) => Math.max(a, b)),
  min: (results: Float64Array) => results.reduce((a, b) => Math.min(a, b)),
};

/** Arguments of `argExtremeAt`. */
export interface ArgExtremeArguments {
  /** Pointer to rows × columns float32. */
  x: number;
  /** Pointer to `rows` int32. */
  out: number;
  rows: number;
  /** 1 or more. */
  columns: number;
  /** Finds the smallest number instead. Default: false. */
  smallest?: boolean;
}

/**
 * out[r] = the column of the first largest (or smallest) number of row r. NaN never wins, unless it comes first.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * argExtremeAt(simd, { x, out, rows: 100, columns: 10 });
 */
export function argExtremeAt(simd: Simd, options: ArgExtremeArguments): void {
  const { x, out, rows, columns, smallest = false } = options;
  checkSizes({ rows });
  positiveInteger('columns', columns);
  const parts = Math.min(simd.partsFor(rows * columns, GRAIN), Math.max(1, rows));
  simd.run('argExtreme', [x, out, rows, columns, Number(smallest)], parts);
}

/** Arguments of `softmaxAt`. */
export interface SoftmaxArguments {
  /** Pointer to rows × columns float32. */
  x: number;
  /** Pointer to rows × columns float32. May be `x`. */
  out: number;
  rows: number;
  /** 1 or more. */
  columns: number;
}

/**
 * out[r] = e^(x[r] − max x[r]) divided by its sum, for each row; float32 throughout.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * softmaxAt(simd, { x, out, rows: 100, columns: 10 });
 */
export function softmaxAt(simd: Simd, { x, out, rows, columns }: SoftmaxArguments): void {
  checkSizes({ rows });
  positiveInteger('columns', columns);
  const parts = simd.partsFor(rows * columns, GRAIN / 8);
  simd.run('softmax', [x, out, rows, columns], parts, { inPlace: out === x });
}
