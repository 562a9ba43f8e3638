import { UsageError } from '@kernel-methods/runner';
import { mostFloat32 } from '@kernel-methods/runner/options';
import type { Column } from '@kernel-methods/tables';

/** What a number must be, in the words of all messages. */
export const finiteRule = 'a number between −3.4e38 and 3.4e38';

/** The first number that no model can take: row from 0, column and value. */
export function infiniteIn(
  columns: readonly Column[],
): { readonly row: number; readonly column: string; readonly value: number } | undefined {
  for (const column of columns) {
    if (column.type !== 'number') continue;
    const row = column.values.findIndex((value) => Math.abs(value) >= mostFloat32);
    if (row >= 0) return { row, column: column.name, value: column.values[row] };
  }
  return undefined;
}

/** Where a row is, in words, from its number in a table. */
export type RowPlace = (row: number) => string;

export const rowOfFile: RowPlace = (row) => `row ${row + 1}`;

/** @throws UsageError at a number that no model can take, with its row and its column. */
export function requireFinite(columns: readonly Column[], placeOf = rowOfFile): void {
  const found = infiniteIn(columns);
  if (found === undefined) return;
  const { row, column, value } = found;
  throw new UsageError(
    `column ${column} must hold ${finiteRule}, or blanks, in all rows. Received: ${value} in ${placeOf(row)}.`,
  );
}
