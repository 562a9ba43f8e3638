import type { Dataset } from '../data/dataset.ts';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTableRows, type Table, type TableRows, tableOf } from '../data/tables.ts';
import { type Coding, prepare } from './prepare.ts';
import { targetsOf } from './table-data.ts';

/** All rows with their targets, of which parts are trained on. */
export interface AllRows {
  /** The caller disposes of their source. That of a table is a placeholder of as many rows. */
  readonly rows: Dataset;
  /** The table, if it is one: an encoder may learn from those rows only that are trained on. */
  readonly table: Table | undefined;
}

/**
 * Checks all rows and targets before any part of them is used, so that errors name them as they were
 * given.
 *
 * @throws RangeError or TypeError that names the argument, the rule and the value; the signal's reason
 * when aborted.
 */
export async function prepareAll(
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  coding: Coding,
  signal?: AbortSignal,
): Promise<AllRows> {
  const table = isTableRows(x) ? await tableOf(x, 'x') : undefined;
  const targets = await targetsOf(x, y, 'y');
  const plain = table ? uncoded(table) : (x as RowsLike);
  const rows = await prepare(plain, targets, coding, undefined, { x: 'x', y: 'y', signal });
  return { rows, table };
}

/** A placeholder for rows that are coded part by part. */
const uncoded = ({ rows }: Table): RowsLike => ({ data: new Uint8Array(rows), shape: [rows, 1] });
