import { kindOf, rangeError, shown, typeError } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { Label, LabelNames, TargetsLike } from '../data/labels.ts';
import { isNumericArray, type NumberRow, type NumericArray, requireAlive } from '../data/rows.ts';

/** The labels of rows: their names, or a 0 or 1 for each of the columns, row-major. */
export type LabelRows =
  | { readonly rows: number; readonly names: readonly LabelNames[] }
  | { readonly rows: number; readonly flags: ArrayLike<number>; readonly columns: number };

/**
 * Reads arrays of names, or rows of 0 and 1: arrays, `{ data, shape }` or a tensor.
 *
 * @throws TypeError or RangeError that names the argument, the rule and the row.
 */
export async function readLabelRows(y: TargetsLike | undefined, name: string): Promise<LabelRows> {
  if (y instanceof tf.Tensor) {
    requireAlive(y, name);
    return flagsOf({ data: await y.data(), shape: y.shape }, name);
  }
  if (isNumericArray(y)) return flagsOf(y, name);
  if (!Array.isArray(y)) {
    throw typeError(
      name,
      'be an array with the names of each row, rows of 0 and 1, { data, shape } or a tensor',
      kindOf(y),
    );
  }
  const rows: readonly unknown[] = y;
  const first = rows.findIndex((row) => !(Array.isArray(row) && row.length === 0));
  if (isFlagRow(rows[first])) return flagRows(rows as readonly NumberRow[], name);
  for (let row = 0; row < rows.length; row++) checkNames(rows[row], row, name);
  return { rows: rows.length, names: rows as readonly LabelNames[] };
}

const isFlagRow = (row: unknown): row is NumberRow =>
  ArrayBuffer.isView(row) || (Array.isArray(row) && typeof row[0] === 'number');

function checkNames(labels: unknown, row: number, name: string): void {
  if (!Array.isArray(labels)) {
    throw typeError(name, 'hold an array of names for each row', `${kindOf(labels)} in row ${row}`);
  }
  for (let i = 0; i < labels.length; i++) {
    if (typeof labels[i] === 'string') continue;
    throw typeError(name, 'hold names, which are strings', `${kindOf(labels[i])} in row ${row}`);
  }
}

function flagRows(rows: readonly NumberRow[], name: string): LabelRows {
  const columns = rows[0].length;
  const data = new Float32Array(rows.length * columns);
  for (let row = 0; row < rows.length; row++) {
    if (rows[row]?.length !== columns) {
      const received = `${rows[row]?.length ?? kindOf(rows[row])} in row ${row}`;
      throw rangeError(name, `have ${columns} columns in each row`, received);
    }
    // A Float32Array would make a number of a text or of nothing.
    for (let i = 0; i < columns; i++) checkFlag(rows[row][i], row, name);
    data.set(rows[row], row * columns);
  }
  return flagsOf({ data, shape: [rows.length, columns] }, name);
}

function flagsOf({ data, shape }: NumericArray, name: string): LabelRows {
  const [rows, columns] = Array.isArray(shape) ? shape : [];
  if (shape?.length !== 2 || data?.length !== rows * columns) {
    const received = `[${shape}] for ${data?.length ?? 'no'} values`;
    throw rangeError(name, 'have the shape [rows, labels] of its values', received);
  }
  for (let i = 0; i < data.length; i++) checkFlag(data[i], Math.floor(i / columns), name);
  return { rows, flags: data, columns };
}

function checkFlag(value: unknown, row: number, name: string): void {
  if (value === 0 || value === 1) return;
  throw rangeError(name, 'hold 0 and 1 only', `${shown(value)} in row ${row}`);
}

/** Numbers of labels as names: the columns of rows of 0 and 1 to which no names are given. */
export const columnNames = (columns: number): string[] =>
  Array.from({ length: columns }, (_, i) => String(i));

/**
 * The labels in a 0 or 1 for each row and label, row-major.
 *
 * @param strangers gets the number of labels of each row that are not among `labels`; without it they
 * are refused.
 * @throws RangeError unless columns are as many as labels, and names among them.
 */
export function flagsFor(
  read: LabelRows,
  labels: readonly Label[],
  name: string,
  strangers?: { readonly counts: Int32Array; readonly names: Set<string> },
): Float32Array {
  if ('flags' in read) {
    if (read.columns === labels.length) return Float32Array.from(read.flags);
    throw rangeError(name, `have one column per label, ${labels.length}`, String(read.columns));
  }
  const index = new Map(labels.map((label, i) => [label, i]));
  const out = new Float32Array(read.rows * labels.length);
  read.names.forEach((own, row) => {
    for (const label of own) {
      const i = index.get(label);
      if (i !== undefined) out[row * labels.length + i] = 1;
      else if (strangers !== undefined) {
        strangers.counts[row]++;
        strangers.names.add(label);
      } else {
        const known = labels.slice(0, 10).join(', ');
        const rule = `hold labels that are known (${known}${labels.length > 10 ? ', …' : ''})`;
        throw rangeError(name, rule, `${shown(label)} in row ${row}`);
      }
    }
  });
  return out;
}
