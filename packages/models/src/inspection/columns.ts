import { rangeError } from '@kernel-methods/check';
import type { AnyRow, Column, ColumnType } from '@kernel-methods/tables';
import type { RowsLike } from '../data/rows.ts';
import { toRows } from '../data/rows.ts';
import { isTableRows, type Table, type TableRows, tableOf } from '../data/tables.ts';
import { loadTables } from '../runtime/tables.ts';

/** A value of a column: a number, or the cell of a table. */
export type ColumnValue = number | string | boolean | Date | null;

/** Rows that are inspected one column at a time. */
export interface Columns {
  readonly rows: number;
  /** The names of a table's columns; for other rows, the column indices as strings. */
  readonly names: readonly string[];
  /** The type of a column: 'number' for rows of numbers. */
  type(name: string): ColumnType;
  /** The values of a column. */
  values(name: string): readonly ColumnValue[];
  /** The rows with one column permuted: row i gets the value of row `order[i]`. */
  permuted(name: string, order: ArrayLike<number>): RowsLike | TableRows;
  /** The rows with the same value in all of a column. */
  filled(name: string, value: ColumnValue): RowsLike | TableRows;
}

/**
 * @param target the column that is predicted, which is not inspected.
 * @throws RangeError if rows of numbers are not of rank 2.
 */
export async function columnsOf(x: RowsLike | TableRows, target?: string): Promise<Columns> {
  return isTableRows(x) ? tableColumns(await tableOf(x, 'x'), target) : numberColumns(x);
}

async function tableColumns(table: Table, target: string | undefined): Promise<Columns> {
  const { Table } = await loadTables();
  const others = table.columns.filter(({ name }) => name !== target);
  const replaced = ([column]: readonly Column[]) =>
    new Table(table.columns.map((one) => (one.name === column.name ? column : one)));
  return {
    rows: table.rows,
    names: others.map(({ name }) => name),
    type: (name) => (table.column(name) as Column).type,
    values: (name) => Array.from(table.select(name), (row) => row[name]),
    permuted: (name, order) => replaced(table.select(name).take(order).columns),
    filled(name, value) {
      const { type } = table.column(name) as Column;
      const rows = new Array<AnyRow>(table.rows).fill({ [name]: value });
      return replaced(Table.fromRows(rows, { columns: { [name]: type } }).columns);
    },
  };
}

async function numberColumns(x: RowsLike): Promise<Columns> {
  const source = await toRows(x, 'x');
  try {
    const { rows, rowShape } = source;
    if (rowShape.length !== 1) {
      throw rangeError('x', 'be rows of rank 2, with columns to look at', `[${rows},${rowShape}]`);
    }
    const [width] = rowShape;
    const block = source.take({ from: 0, count: rows });
    const data = (await block.data<'float32'>()).slice();
    block.dispose();
    const changed = (name: string, valueIn: (row: number) => number): RowsLike => {
      const copy = data.slice();
      const column = Number(name);
      for (let row = 0; row < rows; row++) copy[row * width + column] = valueIn(row);
      return { data: copy, shape: [rows, width] };
    };
    return {
      rows,
      names: Array.from({ length: width }, (_, column) => String(column)),
      type: () => 'number',
      values: (name) => Array.from({ length: rows }, (_, row) => data[row * width + Number(name)]),
      permuted: (name, order) => changed(name, (row) => data[order[row] * width + Number(name)]),
      filled: (name, value) => changed(name, () => value as number),
    };
  } finally {
    source.dispose();
  }
}

/** @throws RangeError unless it is one of the columns. */
export function requireColumn({ names }: Columns, argument: string, name: unknown): string {
  const found = String(name);
  if (names.includes(found)) return found;
  throw rangeError(argument, `name a column: ${list(names)}`, JSON.stringify(name) ?? String(name));
}

const list = (names: readonly string[]) =>
  names.length > 10 ? `${names.slice(0, 10).join(', ')}, …` : names.join(', ');
