import { splitLabels } from '@kernel-methods/models';
import { UsageError } from '@kernel-methods/runner';
import { type Column, Table } from '@kernel-methods/tables';

/** What stands between the labels of a cell where nothing else is said. */
export const USUAL_SEPARATOR = ';';

/** The table with a text in each row of a column of lists: an empty cell is a row without labels. */
export function withLists(table: Table, name: string): Table {
  const columns = table.columns.map((column): Column => {
    if (column.name !== name) return column;
    if (column.type === 'category') return { name, type: 'text', values: textsOf(column) };
    if (column.type !== 'text') return column;
    return { ...column, values: column.values.map((text) => text ?? '') };
  });
  return new Table(columns) as Table;
}

const textsOf = ({ codes, levels }: Extract<Column, { type: 'category' }>): string[] =>
  Array.from(codes, (code) => levels[code] ?? '');

/** The labels of each row of a column of lists. */
export function listsIn(column: Column, separator: string): string[][] {
  if (column.type !== 'text') {
    throw new UsageError(
      `the target must be read as text for several labels per row. Received: ${column.name}, of type ${column.type}.`,
    );
  }
  return column.values.map((text) => splitLabels(text ?? '', separator));
}

/** All labels that are in some row, in ascending order. */
export const labelNames = (lists: readonly (readonly string[])[]): string[] =>
  [...new Set(lists.flat())].sort();

/** 1 for each row and label that it has, row-major. */
export function flagsOf(
  lists: readonly (readonly string[])[],
  names: readonly unknown[],
): Float64Array {
  const flags = new Float64Array(lists.length * names.length);
  lists.forEach((own, row) => {
    const labels = new Set<unknown>(own);
    names.forEach((name, i) => {
      flags[row * names.length + i] = Number(labels.has(name));
    });
  });
  return flags;
}

/**
 * How a column of lists is read: a list of one number is a label. A name with a comma may stand for several
 * columns, which are read as they are.
 */
export const listTypes = (
  { task, target = '' }: { readonly task?: string; readonly target?: string },
  types?: Readonly<Record<string, Column['type']>>,
): Readonly<Record<string, Column['type']>> | undefined =>
  task === 'multilabel' && target !== '' && !target.includes(',')
    ? { ...types, [target]: 'text' }
    : types;
