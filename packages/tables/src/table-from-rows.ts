import { oneOf } from '@kernel-methods/check';
import { columnBuilder } from './build/column-builder.ts';
import { fail, show } from './check.ts';
import { valueError } from './column-from-values.ts';
import { type Column, type ColumnType, columnTypes } from './columns.ts';
import { usualRules } from './field-rules.ts';
import { inferValueType } from './infer.ts';
import { TableError } from './table-error.ts';

/** A column's type, and its levels where they are settled: lowest first, and no others. */
export type ColumnSpec =
  | ColumnType
  | { type: 'category'; levels?: readonly string[] }
  | { type: ColumnType };

/** The columns of objects. */
export function columnsFromRows(
  rows: readonly object[],
  specs: Record<string, ColumnSpec> = {},
): Column[] {
  if (!Array.isArray(rows)) fail('rows', 'an array of objects', rows);
  checkSpecs(specs);
  // Not `forEach`, which skips holes.
  for (let i = 0; i < rows.length; i++) {
    if (!isRow(rows[i])) fail(`rows[${i}]`, 'an object with a value for each column', rows[i]);
  }
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  for (const name of Object.keys(specs)) names.add(name);
  return [...names].map((name) => {
    const values = rows.map((row) => ownValue(row, name));
    const { type, levels } = specOf(specs, name) ?? {
      type: inferValueType(values, { dates: false }),
    };
    if (!type) {
      const odd = values.findIndex((value) => oddOne(value, values));
      const what = `Column ${show(name)} must hold values of one type: numbers, strings, booleans or dates. Received: ${show(values[odd])} in row ${odd}.`;
      throw new TableError('type', what, { row: odd, column: name, value: values[odd] });
    }
    const builder = columnBuilder(name, type, usualRules(), levels);
    values.forEach((value, row) => {
      if (!builder.push(value)) throw valueError(name, builder.type, value, row);
    });
    return builder.take();
  });
}

/** The value under a key of the row's own; what an object inherits is no column. */
export const ownValue = (row: object, name: string): unknown =>
  Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined;

export const isRow = (row: unknown): row is object =>
  typeof row === 'object' && row !== null && !Array.isArray(row) && !ArrayBuffer.isView(row);

/** The first value that is of no type, or of another than the first. */
function oddOne(value: unknown, values: readonly unknown[]): boolean {
  if (value === null || value === undefined) return false;
  const first = values.find((one) => one !== null && one !== undefined);
  return inferValueType([first, value], { dates: false }) === undefined;
}

/** @throws RangeError if a spec is none. */
export function checkSpecs(specs: Record<string, ColumnSpec>): void {
  for (const [name, spec] of Object.entries(specs)) {
    const type = typeof spec === 'object' && spec !== null ? spec.type : spec;
    oneOf(`columns[${show(name)}]`, type, columnTypes, '"');
    const { levels } = specOf(specs, name)!;
    if (levels && (type !== 'category' || new Set(levels).size < levels.length)) {
      fail(`columns[${show(name)}].levels`, 'distinct names, of a category', levels);
    }
  }
}

/** The spec of a column, where one is given. */
export function specOf(
  specs: Record<string, ColumnSpec>,
  name: string,
): { type: ColumnType; levels?: readonly string[] } | undefined {
  if (!Object.hasOwn(specs, name)) return undefined;
  const spec = specs[name];
  return typeof spec === 'string' ? { type: spec } : spec;
}
