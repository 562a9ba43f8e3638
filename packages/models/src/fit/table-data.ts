import { kindOf, typeError } from '@kernel-methods/check';
import type { EncodedRows, TableEncoder } from '@kernel-methods/tables';
import { placeRows } from '../data/coded-rows.ts';
import type { Seen } from '../data/dataset.ts';
import type { TargetsLike } from '../data/labels.ts';
import { type RowsLike, requireFirstRow } from '../data/rows.ts';
import {
  isTableRows,
  type NamedRows,
  type Table,
  type TableRows,
  tableOf,
  targetsIn,
} from '../data/tables.ts';
import type { Picked } from '../numerics/numerics.ts';
import type { ResolvedOptions } from '../options.ts';
import { inPlace } from '../runtime/in-place.ts';
import { loadTables } from '../runtime/tables.ts';
import type { FitOptions } from './fit-options.ts';
import { splitAt, VALIDATION_DATA } from './prepare.ts';
import { arrayData, type TrainingData } from './training-data.ts';

/** The targets of a table: the name of one of its columns, or separate targets. */
export type TableTargets = string | TargetsLike | undefined;

/** A table that is coded as rows of numbers. */
export interface CodedTable {
  readonly x: RowsLike;
  readonly y: TargetsLike | undefined;
  readonly fitOptions: FitOptions;
  /** The encoder that was fitted to the table, to code other rows in the same way. */
  readonly encoder: TableEncoder;
}

/**
 * Codes a table for a fit. The encoder is fitted to the training rows only, and also codes the rows
 * for validation.
 *
 * @throws RangeError or TableError that names the column, and the row.
 */
export async function codeTable(
  given: TableRows,
  y: TableTargets,
  fitOptions: FitOptions,
  options: Pick<ResolvedOptions, 'encoder' | 'seed'>,
): Promise<CodedTable> {
  const table = await tableOf(given, 'x');
  const targets = await targetsOf(table, y, 'y');
  const { trained, kept } = splitAt(table.rows, fitOptions.validationSplit);
  const encoder = await freshEncoder(options);
  const parts = [{ rows: learn(encoder, table, y, trained), places: trained as Picked }];
  if (kept !== undefined) {
    const rows = encoder.transform(table.slice(kept.from, kept.from + kept.count));
    parts.push({ rows, places: kept });
  }
  const { validationData } = fitOptions;
  return {
    x: kept === undefined ? parts[0].rows : placeRows(table.rows, parts),
    y: targets,
    fitOptions: validationData
      ? { ...fitOptions, validationData: await codeValidation(encoder, validationData) }
      : fitOptions,
    encoder,
  };
}

/** The training data of a table. */
export async function tableData(
  table: TableRows,
  y: TableTargets,
  given: FitOptions,
  options: ResolvedOptions,
  seen?: Seen,
): Promise<TrainingData> {
  const { x, y: targets, fitOptions, encoder } = await codeTable(table, y, given, options);
  const data = await arrayData(x, targets, fitOptions, options, seen);
  return { ...data, encoder, ...(typeof y === 'string' && { target: y }) };
}

/** The rows of a fold: the encoder is fitted to the training rows, and codes all of them. */
export async function codeFold(
  table: Table,
  y: TableTargets,
  { train, test }: { readonly train: Int32Array; readonly test: Int32Array },
  options: Pick<ResolvedOptions, 'encoder' | 'seed'>,
): Promise<EncodedRows> {
  const encoder = await freshEncoder(options);
  return placeRows(table.rows, [
    { rows: learn(encoder, table, y, train), places: train },
    { rows: encoder.transform(table.take(test)), places: test },
  ]);
}

/**
 * Targets, given directly or by the name of their column.
 *
 * @param name of the argument, for errors.
 */
export async function targetsOf(
  x: RowsLike | NamedRows,
  y: TableTargets,
  name: string,
): Promise<TargetsLike | undefined> {
  if (typeof y !== 'string') return y;
  if (isTableRows(x)) return targetsIn(await tableOf(x, 'x'), y, name);
  requireFirstRow(x, 'x');
  if (typeof x !== 'object' || x === null) {
    throw typeError('x', `be a table or objects where \`${name}\` names a column`, kindOf(x));
  }
  throw typeError(name, 'hold targets where `x` is no table', JSON.stringify(y));
}

async function freshEncoder({
  encoder,
  seed,
}: Pick<ResolvedOptions, 'encoder' | 'seed'>): Promise<TableEncoder> {
  if (encoder !== undefined) return encoder.clone();
  return (await loadTables()).tableEncoder({ seed });
}

function learn(encoder: TableEncoder, table: Table, y: TableTargets, picked: Picked): EncodedRows {
  const rows =
    picked instanceof Int32Array
      ? table.take(picked)
      : table.slice(picked.from, picked.from + picked.count);
  if (typeof y === 'string') return encoder.fitTransform(rows, { target: y });
  const target = plainTargets(y, table.rows, picked);
  return encoder.fitTransform(rows, target && { target });
}

/** One number or name per row, which encoders may use; undefined for targets of other forms. */
function plainTargets(y: Exclude<TableTargets, string>, rows: number, picked: Picked) {
  // Whatever is no target is refused by the task.
  if (typeof y !== 'object' || y === null || !('length' in y) || y.length !== rows) {
    return undefined;
  }
  const kind = typeof y[0];
  if (kind !== 'number' && kind !== 'string' && kind !== 'boolean') return undefined;
  const values = Array.from(y as ArrayLike<number>);
  return picked instanceof Int32Array
    ? Array.from(picked, (row) => values[row])
    : values.slice(picked.from, picked.from + picked.count);
}

/** @throws TypeError unless `x` is a table or objects. */
export async function codeValidation(
  encoder: TableEncoder,
  [x, y]: NonNullable<FitOptions['validationData']>,
): Promise<NonNullable<FitOptions['validationData']>> {
  if (!isTableRows(x)) {
    requireFirstRow(x, 'validationData[0]');
    const isRows = typeof x === 'object' && x !== null;
    const received = isRows ? 'rows of numbers' : kindOf(x);
    throw typeError('validationData[0]', 'be a table or objects if `x` is', received);
  }
  return inPlace(VALIDATION_DATA, async () => {
    const table = await tableOf(x, 'validationData[0]');
    const targets = await targetsOf(table, y, 'validationData[1]');
    return [encoder.transform(table), targets as TargetsLike];
  });
}
