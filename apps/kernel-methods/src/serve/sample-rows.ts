import type { ColumnType } from '@kernel-methods/tables';
import type { InputColumn } from '../model/model-record.ts';

/** Rows as a client may send them, made from what each column held in training. */
export const sampleRows = (
  columns: readonly InputColumn[],
  count: number,
): readonly Readonly<Record<string, unknown>>[] =>
  Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, samples[column.type](column, row)])),
  );

const samples: Readonly<Record<ColumnType, (column: InputColumn, row: number) => unknown>> = {
  number: between,
  date: (column, row) => new Date(between(column, row)).toISOString(),
  category: ({ levels = [] }, row) => levels[row % Math.max(1, levels.length)] ?? '',
  text: (_column, row) => `text ${row}`,
  boolean: (_column, row) => row % 2 === 0,
};

/** Numbers that fill the range of the column evenly, each another one: parts of the golden ratio. */
function between({ min = 0, max = 1 }: InputColumn, row: number): number {
  const share = (row * 0.618_033_988_749_895) % 1;
  return min * (1 - share) + max * share;
}
