import { plural } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { Question } from '@kernel-methods/search';
import { type Column, Table } from '@kernel-methods/tables';
import { labelsIn } from '../model/answer.ts';
import { isBlank } from './blanks.ts';
import { type RowPlace, rowOfFile } from './finite.ts';
import { labelNames, listsIn } from './label-lists.ts';

/**
 * The columns that `--target` names: one, or several with commas between them. A column whose own name
 * has a comma is one.
 */
export function targetColumns(target: string, names: readonly string[]): readonly string[] {
  const several = target.split(',').map((name) => name.trim());
  return names.includes(target) || several.includes('') ? [target] : several;
}

/** @throws UsageError unless the columns can be the labels of a row, with the separator between them. */
export function checkTargetColumns(
  columns: readonly string[],
  task: Question['task'] | undefined,
  separator: string,
): void {
  if (new Set(columns).size < columns.length) {
    throw new UsageError(
      `\`--target\` must name each column once. Received: ${columns.join(',')}.`,
    );
  }
  if (task !== undefined && task !== 'multilabel') {
    throw new UsageError(
      `\`--task\` must be multilabel for a target of several columns. Received: ${task}.`,
    );
  }
  const split = columns.find((name) => name.includes(separator));
  if (split === undefined) return;
  throw new UsageError(
    `the columns of \`--target\` must have names without ${JSON.stringify(separator)}, which stands between labels: --label-separator says another sign. Received: ${split}.`,
  );
}

/**
 * The table with one column of lists in the place of several columns of 0 and 1, or of true and false: a
 * row has the names of those that are 1. It is blank where all of them are.
 *
 * @throws UsageError naming the column, the rule, the value and its row.
 */
export function joinColumns(
  table: Table,
  columns: readonly string[],
  separator: string,
  placeOf: RowPlace = rowOfFile,
): Table {
  const flags = columns.map((name) => flagsIn(table.column(name) as Column, placeOf));
  const values = Array.from({ length: table.rows }, (_, row) =>
    flags.every((own) => own[row] === undefined)
      ? null
      : columns.filter((_, i) => flags[i][row]).join(separator),
  );
  const joined: Column = { name: columns.join(','), type: 'text', values };
  return new Table([...(table.drop(...columns) as Table).columns, joined]) as Table;
}

/** What `String` makes of a cell that is 1, whether a number, a truth value or a word. */
export const ones: readonly string[] = ['1', 'true'];
const zeros: readonly string[] = ['0', 'false'];

/** Whether each row has a 1; undefined where it is blank. */
function flagsIn(column: Column, placeOf: RowPlace): (boolean | undefined)[] {
  return labelsIn(column).map((cell, row) => {
    if (isBlank(column, row)) return undefined;
    const text = String(cell);
    if (ones.includes(text)) return true;
    if (zeros.includes(text)) return false;
    throw new UsageError(
      `column ${column.name} must hold 0 or 1, true or false, or blanks, as one of several targets. Received: ${cell} in ${placeOf(row)}.`,
    );
  });
}

/**
 * @param given the columns that were joined.
 * @throws UsageError unless there is a 1 in two of them or more.
 */
export function labelsOfColumns(
  joined: Column,
  given: Table,
  separator: string,
  notes: string[],
): Question['labels'] {
  const names = labelNames(listsIn(joined, separator));
  if (names.length < 2) {
    throw new UsageError(
      `the columns of \`--target\` must be two or more with a 1 in some row. Received: ${joined.name}, with ${plural(names.length, 'such column')}.`,
    );
  }
  const never = given.names.filter((name) => !names.includes(name));
  if (never.length > 0) {
    notes.push(
      `${never.join(', ')} ${never.length === 1 ? 'is' : 'are'} 0 in all rows, and never predicted.`,
    );
  }
  const blanks = Array.from(
    { length: given.rows },
    (_, row) => given.columns.filter((column) => isBlank(column, row)).length,
  );
  const half = blanks.filter((count) => count > 0 && count < given.columns.length).length;
  if (half > 0) {
    notes.push(`a blank beside a 0 or 1 is taken for 0, in ${plural(half, 'row')}.`);
  }
  return { names, separator };
}
