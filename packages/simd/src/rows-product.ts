import type { Simd } from './simd.ts';

/** Rows of a matrix, picked by index and read where they lie. */
export interface PickedRows {
  /** Pointer to the matrix: float32, row-major. */
  z: number;
  /** Elements from one row of `z` to the next. Default: `features`. */
  ldz?: number;
  /** Pointer to `count` int32. Default: rows 0 to count − 1. */
  rows?: number;
  count: number;
  features: number;
}

export interface RowsProductArguments extends PickedRows {
  /** Pointer to features×ld weights. */
  w: number;
  /** Pointer to ld numbers. Default: none. */
  bias?: number;
  /** Pointer to count×ld numbers. */
  out: number;
  /** Elements from one row of `w` and of `out` to the next, all computed: `paddedUnits(units)`. */
  ld: number;
}

/** out = Z[rows]·W + bias, float32: the scores of a linear head over cached features. */
export function rowsProductAt(simd: Simd, options: RowsProductArguments): void {
  const { z, rows = 0, count, features, ldz = features, w, bias = 0, out, ld } = options;
  checkLd(ld);
  const parts = Math.min(simd.partsFor(count * features * ld, GRAIN), Math.ceil(count / 4));
  simd.run('rowsProduct', [z, ldz, rows, count, features, w, bias, out, ld], Math.max(1, parts));
}

export interface RowsTransposedArguments extends PickedRows {
  /** Pointer to count×ld numbers, such as a loss's derivative by the scores. */
  g: number;
  /** Pointer to features×ld numbers. */
  out: number;
  /** Elements from one row of `g` and of `out` to the next, all computed: `paddedUnits(units)`. */
  ld: number;
}

/** out = Z[rows]ᵀ·G, float32: the gradient of a linear head's weights. */
export function rowsTransposedProductAt(simd: Simd, options: RowsTransposedArguments): void {
  const { z, rows = 0, count, features, ldz = features, g, out, ld } = options;
  checkLd(ld);
  const parts = Math.min(simd.partsFor(count * features * ld, GRAIN), Math.ceil(features / 64));
  simd.run(
    'rowsTransposedProduct',
    [z, ldz, rows, count, features, g, out, ld],
    Math.max(1, parts),
  );
}

/** The row length that the products of rows take: the next multiple of 4. */
export const paddedUnits = (units: number): number => Math.max(4, Math.ceil(units / 4) * 4);

// Products of numbers below which a part is not worth another thread.
const GRAIN = 5e5;

function checkLd(ld: number): void {
  if (!(Number.isInteger(ld) && ld > 0 && ld % 4 === 0)) {
    throw new RangeError(`\`ld\` must be a positive multiple of 4. Received: ${ld}.`);
  }
}
