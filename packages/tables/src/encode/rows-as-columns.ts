import { columnBuilder } from '../build/column-builder.ts';
import { fail, show } from '../check.ts';
import { valueError } from '../column-from-values.ts';
import { type Column, type ColumnType, codeOf, columnLength, countMissing } from '../columns.ts';
import { usualRules } from '../field-rules.ts';
import type { TableLike } from '../row-types.ts';
import { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { isRow, ownValue } from '../table-from-rows.ts';

/** Rows as they come: a table, objects, or one object. */
export type RowsLike = TableLike | readonly object[] | object;

interface Wanted {
  name: string;
  type: ColumnType;
}

/**
 * The columns that an encoder learned, of rows of any form.
 *
 * @throws TableError if one is missing or of another type.
 */
export function columnsOf(
  rows: RowsLike,
  wanted: readonly Wanted[],
): { values: Column[]; count: number } {
  if (isTable(rows)) {
    const table = new Table(rows.columns);
    return { values: wanted.map((one) => ofTable(table, one)), count: table.rows };
  }
  const list: unknown[] = Array.isArray(rows) ? rows : [rows];
  const single = !Array.isArray(rows);
  // Not `forEach`, which skips holes.
  for (let i = 0; i < list.length; i++) {
    const row = list[i];
    if (!isRow(row)) {
      fail(single ? 'row' : `rows[${i}]`, 'a table or an object with a value for each column', row);
    }
  }
  const values = wanted.map((one) => ofObjects(list as object[], one, single));
  return { values, count: list.length };
}

/** Not by its class: a program may have two copies of the package. */
export const isTable = (rows: unknown): rows is TableLike =>
  rows instanceof Table ||
  (typeof (rows as TableLike | null)?.rows === 'number' &&
    Array.isArray((rows as TableLike).columns));

function ofTable(table: Table, { name, type }: Wanted): Column {
  if (!table.has(name)) {
    const what = `The table lacks the column ${show(name)}. It has ${table.names.map(show).join(', ')}.`;
    throw new TableError('columns', what, { column: name });
  }
  const column = table.column(name) as Column;
  if (column.type === type) return column;
  if (countMissing(column) === columnLength(column)) return blank(name, type, columnLength(column));
  // Both hold names: which of them a file's column is depends on its rows.
  if (column.type === 'category' && type === 'text') {
    const { codes, levels } = column;
    return { type, name, values: Array.from(codes, (code) => (code < 0 ? null : levels[code])) };
  }
  if (column.type === 'text' && type === 'category') {
    const levels = new Map<string, number>();
    const codes = Int32Array.from(column.values, (value) =>
      value === null ? -1 : codeOf(levels, value),
    );
    return { type, name, codes, levels: [...levels.keys()], ordered: false };
  }
  const what = `Column ${show(name)} must be of type ${type}, as when the encoder was fitted. Received: ${column.type}. Pass the encoder's \`columns\` to the reader.`;
  throw new TableError('columns', what, { column: name });
}

function blank(name: string, type: ColumnType, rows: number): Column {
  const builder = columnBuilder(name, type, usualRules());
  for (let i = 0; i < rows; i++) builder.push(null);
  return builder.take();
}

function ofObjects(rows: readonly object[], { name, type }: Wanted, single: boolean): Column {
  const builder = columnBuilder(name, type, usualRules());
  rows.forEach((row, i) => {
    const value = ownValue(row, name);
    if (value === undefined) {
      const which = single ? 'The row' : `Row ${i}`;
      const what = `${which} lacks the column ${show(name)}. A value that is missing is null.`;
      throw new TableError('columns', what, { row: i, column: name });
    }
    if (!builder.push(value)) throw valueError(name, type, value, i);
  });
  return builder.take();
}
