import { kindOf, typeError } from '@kernel-methods/check';
import type { AnyRow, Column, Table, TableEncoder, TableLike } from '@kernel-methods/tables';
import { loadTables } from '../runtime/tables.ts';
import type { TargetsLike } from './labels.ts';
import { isNumberRow, isNumericArray, type RowsLike, requireFirstRow } from './rows.ts';

/** A table, or objects with a value for each column. */
export type TableRows = TableLike | readonly Readonly<AnyRow>[];

/** Rows with named columns: a table, several objects, or one object. */
export type NamedRows = TableRows | Readonly<AnyRow>;

/** The class is not checked, because a program may have two copies of the package. */
export const isTable = (x: unknown): x is TableLike =>
  typeof x === 'object' &&
  x !== null &&
  typeof (x as TableLike).rows === 'number' &&
  Array.isArray((x as TableLike).columns);

export const isTableRows = (x: unknown): x is TableRows =>
  isTable(x) || (Array.isArray(x) && x.length > 0 && isObject(x[0]));

const isObject = (row: unknown) => typeof row === 'object' && row !== null && !isNumberRow(row);

/**
 * A table with its methods, even if it comes from another copy of the package.
 *
 * @throws TypeError, with the name of the argument, if one of several objects is none.
 */
export async function tableOf(x: TableRows, name: string): Promise<Table> {
  const { Table } = await loadTables();
  if (!isTable(x)) return Table.fromRows(allObjects(x, name));
  return x instanceof Table ? x : new Table(x.columns);
}

/** @throws TypeError unless each row is an object. */
function allObjects<T>(rows: readonly T[], name: string): readonly T[] {
  // The loop also visits holes.
  for (let row = 0; row < rows.length; row++) {
    if (isObject(rows[row])) continue;
    const rule = 'hold an object with a value for each column in each row';
    throw typeError(name, rule, `${kindOf(rows[row])} in row ${row}`);
  }
  return rows;
}

/**
 * Converts `x` to the rows of numbers that a fitted model takes.
 *
 * @param name of the argument, for errors.
 * @throws TypeError if the model was fitted to rows of the other kind; TableError if a row lacks a
 * column, or has another type there.
 */
export function numbersOf(
  x: RowsLike | NamedRows,
  name: string,
  encoder: TableEncoder | undefined,
): RowsLike {
  if (encoder === undefined) {
    if (!isTableRows(x)) return x as RowsLike;
    throw typeError(name, 'hold rows of numbers, as in `fit`', isTable(x) ? 'a table' : 'objects');
  }
  if (isNamed(x)) return encoder.transform(Array.isArray(x) ? allObjects(x, name) : x);
  requireFirstRow(x, name);
  const columns = Object.keys(encoder.columns).join(', ');
  throw typeError(
    name,
    `be a table or objects, as in \`fit\`, with the columns ${columns}`,
    kindOf(x),
  );
}

/** Whether the columns of the rows have names. */
function isNamed(x: RowsLike | NamedRows): x is NamedRows {
  if (typeof x !== 'object' || x === null || isNumericArray(x) || 'indptr' in x) return false;
  return isTableRows(x) || !isNumberRow(x);
}

/**
 * The targets in a column: numbers, names or booleans.
 *
 * @param name of the argument, for errors.
 * @throws RangeError if a row has none, or if the column holds dates; TableError if there is no
 * such column.
 */
export function targetsIn(table: Table, column: string, name: string): TargetsLike {
  const found = table.column(column) as Column;
  switch (found.type) {
    case 'number':
      return known(found.values, (value) => Number.isNaN(value));
    case 'category': {
      const { codes, levels } = found;
      known(codes, (code) => code < 0);
      return Array.from(codes, (code) => levels[code]);
    }
    case 'text':
      return known(found.values, (value) => value === null) as readonly string[];
    case 'boolean':
      return Array.from(
        known(found.values, (value) => value > 1),
        (value) => value === 1,
      );
    case 'date':
      throw new RangeError(
        `\`${name}\` must name a column of numbers, categories, text or booleans. Received: ${JSON.stringify(column)}, of dates.`,
      );
  }
  function known<T, A extends ArrayLike<T>>(
    values: A & ArrayLike<T>,
    isMissing: (v: T) => boolean,
  ) {
    for (let row = 0; row < values.length; row++) {
      if (!isMissing(values[row])) continue;
      throw new RangeError(
        `\`${name}\` must have a value in each row. Received: none in row ${row} of column ${JSON.stringify(column)}; leave such rows out by \`table.filter\`.`,
      );
    }
    return values;
  }
}

export type { Table, TableEncoder, TableLike };
