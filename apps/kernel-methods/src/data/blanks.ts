import type { Column } from '@kernel-methods/tables';

/** The rows in which a column has a value. */
export function knownRows(column: Column, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !isBlank(column, row));
}

export function isBlank(column: Column, row: number): boolean {
  if (column.type === 'category') return column.codes[row] < 0;
  if (column.type === 'text') return column.values[row] === null;
  if (column.type === 'boolean') return column.values[row] > 1;
  return Number.isNaN(column.values[row]);
}
