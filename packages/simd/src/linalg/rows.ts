import type { Simd } from '../simd.ts';

/** Arguments of `copyRows`. */
export interface RowsArguments {
  from: number;
  to: number;
  /** Rows and columns of the matrix at `from`. */
  rows: number;
  columns: number;
  ldfrom?: number;
  ldto?: number;
  /** Pointer to the indices of the rows to take, in float64. Default: every row in order. */
  order?: number;
  /** Default: 1. */
  alpha?: number;
}

/** to = alpha · the rows at `from`, as rows or as columns. */
export function copyRows(simd: Simd, options: RowsArguments, transpose = false): void {
  const { from, to, rows, columns, ldfrom = columns, order = 0, alpha = 1 } = options;
  if (rows === 0 || columns === 0) return;
  const { ldto = transpose ? rows : columns } = options;
  const cut = Math.ceil((transpose ? columns : rows) / 8);
  const parts = Math.max(1, Math.min(simd.partsFor(rows * columns, 32768), cut));
  const args = [from, to, rows, columns, ldfrom, ldto, order, alpha];
  simd.run(transpose ? 'transpose64' : 'copyRows64', args, parts);
}

/** A power of 2 that brings the largest number near 1, so that squares neither overflow nor vanish. */
export const scaleFor = (largest: number) =>
  largest === 0 ? 1 : 2 ** -Math.max(-1000, Math.min(1000, Math.round(Math.log2(largest))));

/** The indices that put the numbers in ascending order. */
export const sortedOrder = (values: Float64Array): Float64Array =>
  Float64Array.from(values.keys()).sort((i, j) => values[i] - values[j] || i - j);
