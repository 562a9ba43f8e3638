import { UsageError } from '@kernel-methods/runner';
import type { ColumnSpec, Table } from '@kernel-methods/tables';
import type { ModelRecord } from '../model/model-record.ts';

/** The types that a model's columns are read with: those that it was trained on. */
export function specsFor(
  { columns, target, task }: ModelRecord,
  withTarget: boolean,
): Record<string, ColumnSpec> {
  const specs: Record<string, ColumnSpec> = Object.fromEntries(
    columns.map(({ name, type }) => [name, type]),
  );
  if (withTarget && task === 'regression') specs[target] = 'number';
  return specs;
}

/** @throws UsageError unless the table has the columns that the model predicts from. */
export function requireColumns(
  { names }: Pick<Table, 'names'>,
  { columns, target }: ModelRecord,
  withTarget: boolean,
): void {
  const wanted = [...columns.map(({ name }) => name), ...(withTarget ? [target] : [])];
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new UsageError(
    `the file must have the columns of the model; --names gives names to a file without a header. Received: no ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}.`,
  );
}
