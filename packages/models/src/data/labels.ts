import { kindOf } from '@kernel-methods/check';
import { atOnce, inTurns, type Steps } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { inPieces } from './in-pieces.ts';
import {
  isNumberRow,
  isNumericArray,
  type NumberRow,
  type NumericArray,
  requireAlive,
  requireWidth,
} from './rows.ts';

/** A class, as the user names it. */
export type Label = number | string | boolean;

/**
 * What `predict` returns for a row: a label; in a regression a number, or one number per output; the
 * labels of a row that may have several.
 */
export type Prediction = Label | number[] | string[];

/**
 * What an estimator takes as `y`: one label or number per row, one-hot rows, or rows of numbers; for
 * several labels per row their names, or rows of 0 and 1.
 */
export type TargetsLike =
  | readonly Label[]
  | readonly NumberRow[]
  | readonly LabelNames[]
  | ArrayLike<number>
  | NumericArray
  | tf.Tensor;

/**
 * The type of `y` in `fit` if `predict` returns `P`: labels of that type; for numbers any array of
 * them, for `number[]` rows of them, and for both a tensor or `{ data, shape }`; for `string[]` names
 * of labels or rows of 0 and 1. If labels of every type may be predicted, one-hot rows too.
 */
export type TargetsOf<P extends Prediction> =
  | readonly Extract<P, Label>[]
  | If<Extract<P, number>, ArrayLike<number> | NumericArray | tf.Tensor>
  | If<Extract<P, number[]>, Rows | NumericArray | tf.Tensor>
  | If<Extract<P, string[]>, readonly LabelNames[] | Rows | NumericArray | tf.Tensor>
  | If<Extract<P, number>, If<Extract<P, string>, Rows>>;

/** `Then` if the type has a value, otherwise `never`. */
type If<T, Then> = [T] extends [never] ? never : Then;

type Rows = readonly NumberRow[];

/** The names of the labels of a row. */
export type LabelNames = readonly string[];

/** The type of the labels that predictions of type `P` are made of. */
export type LabelOf<P extends Prediction> = Extract<P, Label> | If<Extract<P, string[]>, string>;

/** Classes in ascending order, and for every row the index of its class. */
export interface EncodedLabels {
  readonly classes: readonly Label[];
  /** −1 for a label that was not seen in training, if such labels are allowed. */
  readonly indices: Int32Array;
  /** These labels, each once; absent if there are none. */
  readonly unseen?: readonly Label[];
}

/** Targets of a regression: `width` numbers per row. */
export interface RealTargets {
  readonly values: Float32Array;
  readonly width: number;
}

/** What is already known about labels. */
export interface LabelContext {
  /** The name of the argument, for errors. */
  readonly name: string;
  /**
   * The classes of a fitted model, for labels to score; without it classes are found in the labels.
   */
  readonly classes?: readonly Label[];
  /** Whether labels that are not among `classes` have the index −1. */
  readonly allowsUnseen?: boolean;
  /**
   * The number of rows that the labels are for, and the name of the argument that holds the rows.
   */
  readonly rows?: number;
  readonly rowsName?: string;
  readonly signal?: AbortSignal;
}

/**
 * Labels as class indices. One-hot rows (a single 1 among 0s) name the classes 0, 1, ….
 *
 * @throws RangeError if a label is unknown, there are not as many as rows, or fewer than two
 * classes are found; TypeError if one is not a number, string or boolean.
 */
export async function encodeLabels(y: TargetsLike, context: LabelContext): Promise<EncodedLabels> {
  const { signal, name } = context;
  const plain = await toPlain(y, name, signal);
  return inTurns(encoded(plain, context), signal);
}

function* encoded(
  plain: Plain,
  { name, classes: known, allowsUnseen = false, rows, rowsName }: LabelContext,
): Steps<EncodedLabels> {
  const { labels, width } = yield* labelsIn(plain, name);
  requireOnePerRow(name, labels.length, rows, rowsName);
  const classes = known ?? (width > 1 ? range(width) : yield* sortedLabels(labels, name));
  const index = new Map(classes.map((label, i) => [label, i]));
  const unseen = new Set<Label>();
  const indices = new Int32Array(labels.length);
  yield* inPieces(labels.length, (from, to) => {
    for (let row = from; row < to; row++) {
      indices[row] = index.get(labels[row]) ?? -1;
      if (indices[row] < 0) unseen.add(stranger(row));
    }
  });
  return { classes, indices, ...(unseen.size > 0 && { unseen: [...unseen] }) };

  /** A label that is not among the classes. */
  function stranger(row: number): Label {
    const label = labels[row];
    if (!allowsUnseen) {
      throw new RangeError(
        `\`${name}\` must hold labels seen in training (${list(classes)}). Received: ${show(label)} in row ${row}.`,
      );
    }
    return requireLabel(label, row, name);
  }
}

/** @throws TypeError unless it may be a label. */
function requireLabel(label: Label, row: number, name: string): Label {
  if (KINDS.includes(typeof label)) return label;
  throw new TypeError(
    `\`${name}\` must hold labels: numbers, strings or booleans. Received: ${kindOf(label)} in row ${row}.`,
  );
}

const KINDS = ['number', 'string', 'boolean'];

/** @throws RangeError unless there are as many targets as rows, if the number of rows is known. */
export function requireOnePerRow(name: string, found: number, rows = found, rowsName = 'x'): void {
  if (found === rows) return;
  throw new RangeError(
    `\`${name}\` must have one entry per row of \`${rowsName}\`, ${rows}. Received: ${found}.`,
  );
}

/** @throws RangeError unless targets have as many columns as those before; if so, returns them. */
export function requireColumns(name: string, found: number, before = found): number {
  if (found === before) return found;
  throw new RangeError(
    `\`${name}\` must have as many columns as before, ${before}. Received: ${found}.`,
  );
}

/** One label per row; the label of a one-hot row is the index of its column. */
export async function readLabels(
  y: TargetsLike,
  name: string,
  signal?: AbortSignal,
): Promise<Labels> {
  return inTurns(labelsIn(await toPlain(y, name, signal), name), signal);
}

interface Labels {
  readonly labels: ArrayLike<Label>;
  readonly width: number;
}

function* labelsIn({ values, width }: Plain, name: string): Steps<Labels> {
  return { labels: width > 1 ? yield* fromOneHot(values, width, name) : values, width };
}

/**
 * Targets of a regression as numbers.
 *
 * @throws TypeError if they are strings or booleans; RangeError if one is not finite.
 */
export async function realTargets(
  y: TargetsLike,
  name: string,
  signal?: AbortSignal,
): Promise<RealTargets> {
  return inTurns(numbersIn(await toPlain(y, name, signal), name), signal);
}

function* numbersIn({ values, width }: Plain, name: string): Steps<RealTargets> {
  const numbers = new Float32Array(values.length);
  yield* inPieces(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const value = values[i];
      if (typeof value !== 'number') {
        throw new TypeError(
          `\`${name}\` must hold numbers for a regression; labels need \`task: 'classification'\`. Received: ${show(value)} in row ${Math.floor(i / width)}.`,
        );
      }
      if (!Number.isFinite(Math.fround(value))) {
        throw new RangeError(
          `\`${name}\` must hold finite numbers only, as float32. Received: ${value} in row ${Math.floor(i / width)}.`,
        );
      }
      numbers[i] = value;
    }
  });
  return { values: numbers, width };
}

interface Plain {
  readonly values: ArrayLike<Label>;
  readonly width: number;
}

async function toPlain(
  y: TargetsLike,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Plain> {
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
  const rows = y as readonly NumberRow[];
  if (!isNumberRow(rows[0])) return { values: y as ArrayLike<Label>, width: 1 };
  const width = rows[0].length;
  if (width === 0) {
    throw new RangeError(`\`${name}\` must have at least one column. Received: rows of none.`);
  }
  return inTurns(joinedRows(rows, width, name), signal);
}

function* joinedRows(rows: readonly NumberRow[], width: number, name: string): Steps<Plain> {
  yield* requireWidth(rows, width, name);
  const values = new Array<number>(rows.length * width);
  yield* inPieces(values.length, (from, to) => {
    for (let i = from; i < to; i++) values[i] = rows[Math.floor(i / width)][i % width];
  });
  return { values, width };
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

function* fromOneHot(
  values: ArrayLike<Label>,
  width: number,
  name: string,
): Steps<ArrayLike<number>> {
  const indices = new Int32Array(values.length / width);
  const find = (from: number, to: number) => {
    for (let row = from; row < to; row++) {
      const start = row * width;
      let [hot, others] = [-1, 0];
      for (let column = 0; column < width; column++) {
        const value = values[start + column];
        if (value === 1 && hot < 0) hot = column;
        else if (value !== 0) others++;
      }
      indices[row] = hot;
      if (hot >= 0 && others === 0) continue;
      const entries = Array.from({ length: width }, (_, column) => values[start + column]);
      throw new RangeError(
        `\`${name}\` with several columns must be one-hot: a single 1 among 0s in a row. Received: [${entries}] in row ${row}.`,
      );
    }
  };
  yield* inPieces(indices.length, find, width);
  return indices;
}

/**
 * The classes among labels, in ascending order.
 *
 * @throws TypeError on labels of several kinds, RangeError on fewer than two classes.
 */
export const sortedClasses = (labels: ArrayLike<Label>, name: string): Label[] =>
  atOnce(sortedLabels(labels, name));

function* sortedLabels(labels: ArrayLike<Label>, name: string): Steps<Label[]> {
  const found = new Set<Label>();
  yield* inPieces(labels.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (!found.has(labels[row])) found.add(requireLabel(labels[row], row, name));
    }
  });
  const classes = [...found];
  requireAlike(classes, name);
  if (classes.length < 2) {
    throw new RangeError(
      `\`${name}\` must hold at least two classes. Received: only ${list(classes)}.`,
    );
  }
  return classes.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * @throws TypeError on labels of several kinds, RangeError on numbers that are not finite.
 */
export function requireAlike(labels: readonly Label[], name: string): void {
  const kinds = new Set(labels.map(kindOf));
  const [kind] = kinds;
  if (kinds.size > 1 || !KINDS.includes(kind)) {
    throw new TypeError(
      `\`${name}\` must hold labels of one kind: numbers, strings or booleans. Received: ${[...kinds].join(' and ') || 'no label'}.`,
    );
  }
  if (labels.some((label) => typeof label === 'number' && !Number.isFinite(label))) {
    throw new RangeError(`\`${name}\` must hold finite labels only. Received: ${list(labels)}.`);
  }
}

/** A label as an error message shows it. JSON has neither NaN nor bigint. */
const show = (label: unknown) =>
  typeof label === 'string'
    ? JSON.stringify(label)
    : `${String(label)}${typeof label === 'bigint' ? 'n' : ''}`;

const range = (length: number) => Array.from({ length }, (_, i) => i);

function list(labels: readonly Label[]): string {
  const shown = labels.slice(0, 10).map(show);
  return labels.length > 10 ? `${shown.join(', ')}, …` : shown.join(', ');
}
