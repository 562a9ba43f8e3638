import { count } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import { type Column, type ColumnType, type Table, TableError } from '@kernel-methods/tables';
import type { ModelRecord } from '../model/model-record.ts';
import type { Reading } from '../options/reading-options.ts';
import { knownRows } from './blanks.ts';
import { requireFinite, rowOfFile } from './finite.ts';
import { withLists } from './label-lists.ts';
import { readNamed } from './read-data.ts';
import { joinColumns } from './target-columns.ts';

/** The types that a model's columns are read with: those that it was trained on. */
export function specsFor(
  { columns, target, targetColumns, task }: ModelRecord,
  withTarget: boolean,
): Record<string, ColumnType> {
  const specs: Record<string, ColumnType> = Object.fromEntries(
    columns.map(({ name, type }) => [name, type]),
  );
  if (withTarget && task === 'regression') specs[target] = 'number';
  if (withTarget && task === 'multilabel' && !targetColumns) specs[target] = 'text';
  return specs;
}

/** The columns of a file that are a model's target. */
export const targetsOf = ({ target, targetColumns = [target] }: ModelRecord): readonly string[] =>
  targetColumns;

/** The table with a model's target as one column, where it is joined from several. */
export const withTarget = (
  table: Table,
  { targetColumns, labelSeparator }: ModelRecord,
  placeOf = rowOfFile,
): Table => (targetColumns ? joinColumns(table, targetColumns, labelSeparator!, placeOf) : table);

/**
 * Reads a file for a model.
 *
 * @param whyTarget what the target is needed for, where it is.
 * @throws UsageError unless it has the columns of the model, with numbers that a model can take.
 */
export async function readForModel(
  file: string,
  reading: Reading,
  record: ModelRecord,
  whyTarget?: string,
): Promise<Table> {
  const needsTarget = whyTarget !== undefined;
  const targets = targetsOf(record);
  const table = await readNamed(file, reading, specsFor(record, needsTarget)).catch(
    (error: unknown) => {
      const isTarget =
        error instanceof TableError && error.code === 'columns' && error.column === record.target;
      throw isTarget && needsTarget ? withoutTarget(record.target, whyTarget) : error;
    },
  );
  requireColumns(table, record);
  const missing = targets.find((name) => !table.has(name));
  if (needsTarget && missing !== undefined) throw withoutTarget(missing, whyTarget);
  requireUsable(table, record, needsTarget);
  if (!needsTarget) return table;
  if (record.targetColumns) return withTarget(table, record);
  return record.task === 'multilabel' ? withLists(table, record.target) : table;
}

const withoutTarget = (target: string, why: string) =>
  new UsageError(`the file must have the column ${target} too, ${why}. Received: no ${target}.`);

/** @throws UsageError unless the target is known in some row of the file. */
export function requireKnown(table: Table, target: string): Int32Array {
  const known = knownRows(table.column(target) as Column, table.rows);
  if (known.length > 0) return known;
  const received = table.rows === 0 ? 'no rows' : `${count(table.rows)} without`;
  throw new UsageError(`the file must have a row whose ${target} is known. Received: ${received}.`);
}

/** @throws UsageError unless the table has the columns that the model predicts from. */
export function requireColumns(
  { names }: Pick<Table, 'names'>,
  { columns }: Pick<ModelRecord, 'columns'>,
): void {
  const missing = columns.map(({ name }) => name).filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new UsageError(
    `the file must have the columns of the model; --names gives names to a file without a header. Received: no ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}.`,
  );
}

/**
 * @param before rows of the file that came before these.
 * @throws UsageError at a number of those that the model reads that is infinite to it.
 */
export function requireUsable(
  { columns }: Pick<Table, 'columns'>,
  record: ModelRecord,
  withTarget: boolean,
  before = 0,
): void {
  const read = new Set(record.columns.map(({ name }) => name));
  if (withTarget) read.add(record.target);
  requireFinite(
    columns.filter(({ name }) => read.has(name)),
    (row) => rowOfFile(before + row),
  );
}
