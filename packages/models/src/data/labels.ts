import { kindOf } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { isNumericArray, type NumericArray, requireAlive } from './rows.ts';

/** A class, as the user names it. */
export type Label = number | string | boolean;

/** What an estimator takes as `y`: one label or number per row, one-hot rows, or rows of numbers. */
export type TargetsLike =
  | readonly Label[]
  | readonly (readonly number[])[]
  | ArrayLike<number>
  | NumericArray
  | tf.Tensor;

/** Classes in ascending order, and for every row the index of its class. */
export interface EncodedLabels {
  readonly classes: readonly Label[];
  /** −1 for a label that was not seen in training, where those are allowed. */
  readonly indices: Int32Array;
  /** Such labels, once each, where there are any. */
  readonly unseen?: readonly Label[];
}

/** Targets of a regression: `width` numbers per row. */
export interface RealTargets {
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * Labels as class indices. One-hot rows (a single 1 among 0s) name the classes 0, 1, ….
 *
 * @param name of the argument, for errors.
 * @param known the classes of a fitted model, for labels to score; without it they are found.
 * @param allowsUnseen whether labels that are not among `known` have the index −1.
 * @throws RangeError if a label is unknown, or fewer than two classes are found.
 */
export async function encodeLabels(
  y: TargetsLike,
  name: string,
  known?: readonly Label[],
  allowsUnseen = false,
): Promise<EncodedLabels> {
  const { labels, width } = await readLabels(y, name);
  const classes = known ?? (width > 1 ? range(width) : sortedClasses(labels, name));
  const index = new Map(classes.map((label, i) => [label, i]));
  const unseen = new Set<Label>();
  const indices = Int32Array.from({ length: labels.length }, (_, row) => {
    const found = index.get(labels[row]);
    if (found === undefined && allowsUnseen) {
      unseen.add(labels[row]);
      return -1;
    }
    if (found === undefined) {
      throw new RangeError(
        `\`${name}\` must hold labels seen in training (${list(classes)}). Received: ${show(labels[row])} in row ${row}.`,
      );
    }
    return found;
  });
  return { classes, indices, ...(unseen.size > 0 && { unseen: [...unseen] }) };
}

/** One label per row; one-hot rows, of `width` columns, give the numbers of their columns. */
export async function readLabels(
  y: TargetsLike,
  name: string,
): Promise<{ labels: ArrayLike<Label>; width: number }> {
  const { values, width } = await toPlain(y, name);
  return { labels: width > 1 ? fromOneHot(values, width, name) : values, width };
}

/**
 * Targets of a regression as numbers.
 *
 * @throws TypeError if they are strings or booleans; RangeError if one is not finite.
 */
export async function realTargets(y: TargetsLike, name: string): Promise<RealTargets> {
  const { values, width } = await toPlain(y, name);
  const numbers = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') {
      throw new TypeError(
        `\`${name}\` must hold numbers for a regression; labels need \`task: 'classification'\`. Received: ${show(value)}.`,
      );
    }
    if (!Number.isFinite(Math.fround(value))) {
      throw new RangeError(
        `\`${name}\` must hold finite numbers only, as float32. Received: ${value} in row ${Math.floor(i / width)}.`,
      );
    }
    numbers[i] = value;
  }
  return { values: numbers, width };
}

interface Plain {
  readonly values: ArrayLike<Label>;
  readonly width: number;
}

async function toPlain(y: TargetsLike, name: string): Promise<Plain> {
  if (y instanceof tf.Tensor) {
    requireAlive(y, name);
    return withWidth(await y.data(), y.shape, name);
  }
  if (isNumericArray(y)) return withWidth(y.data, y.shape, name);
  if (typeof y !== 'object' || y === null || !('length' in y)) {
    throw new TypeError(
      `\`${name}\` must be an array of labels or numbers, one per row, { data, shape } or a tensor. Received: ${kindOf(y)}.`,
    );
  }
  const rows = y as readonly (readonly number[])[];
  if (!Array.isArray(rows[0])) return { values: y as ArrayLike<Label>, width: 1 };
  const width = rows[0].length;
  if (width === 0) {
    throw new RangeError(`\`${name}\` must have at least one column. Received: rows of none.`);
  }
  // A hole is met like any other row.
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row?.length !== width) {
      throw new RangeError(
        `\`${name}\` must have rows of one width, ${width} as the first. Received: ${row?.length ?? kindOf(row)} in row ${i}.`,
      );
    }
  }
  return { values: rows.flat(), width };
}

function withWidth(values: ArrayLike<number>, shape: readonly number[], name: string): Plain {
  if (
    !Array.isArray(shape) ||
    shape.length === 0 ||
    shape.length > 2 ||
    values?.length !== shape[0] * (shape[1] ?? 1)
  ) {
    throw new RangeError(
      `\`${name}\` must have the shape [rows] or [rows, outputs] of its values. Received: [${shape}] for ${values?.length ?? 'no'} values.`,
    );
  }
  return { values, width: shape[1] ?? 1 };
}

function fromOneHot(values: ArrayLike<Label>, width: number, name: string): Int32Array {
  return Int32Array.from({ length: values.length / width }, (_, row) => {
    const entries = Array.from({ length: width }, (_, column) => values[row * width + column]);
    const hot = entries.indexOf(1);
    if (hot < 0 || entries.some((value, i) => value !== (i === hot ? 1 : 0))) {
      throw new RangeError(
        `\`${name}\` with several columns must be one-hot: a single 1 among 0s in a row. Received: [${entries}] in row ${row}.`,
      );
    }
    return hot;
  });
}

/**
 * The classes among labels, in ascending order.
 *
 * @throws TypeError on labels of several kinds, RangeError on fewer than two classes.
 */
export function sortedClasses(labels: ArrayLike<Label>, name: string): Label[] {
  const classes = [...new Set(Array.from(labels))];
  const kinds = new Set(classes.map((label) => typeof label));
  const kind = [...kinds][0];
  if (kinds.size > 1 || !['number', 'string', 'boolean'].includes(kind)) {
    throw new TypeError(
      `\`${name}\` must hold labels of one kind: numbers, strings or booleans. Received: ${[...kinds].join(' and ') || 'no label'}.`,
    );
  }
  if (classes.some((label) => typeof label === 'number' && !Number.isFinite(label))) {
    throw new RangeError(`\`${name}\` must hold finite labels only. Received: ${list(classes)}.`);
  }
  if (classes.length < 2) {
    throw new RangeError(
      `\`${name}\` must hold at least two classes. Received: only ${list(classes)}.`,
    );
  }
  return classes.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A label as an error shows it. JSON knows neither NaN nor bigint. */
const show = (label: unknown) =>
  typeof label === 'string'
    ? JSON.stringify(label)
    : `${String(label)}${typeof label === 'bigint' ? 'n' : ''}`;

const range = (length: number) => Array.from({ length }, (_, i) => i);

function list(labels: readonly Label[]): string {
  const shown = labels.slice(0, 10).map(show);
  return labels.length > 10 ? `${shown.join(', ')}, …` : shown.join(', ');
}
