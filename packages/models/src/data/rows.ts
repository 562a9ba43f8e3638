import { kindOf, type TypedArray, typeError } from '@kernel-methods/check';
import { eventLoopYielder, inTurns, type Steps } from '@kernel-methods/simd';
import type { SparseRows } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import { loadTables } from '../runtime/tables.ts';
import { inPieces } from './in-pieces.ts';
import { arraySource, type RowSource, sparseSource, tensorSource } from './row-source.ts';

/** A row-major array of numbers with its shape; the first axis counts rows. */
export interface NumericArray {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** One row of numbers: an array of them, plain or typed, such as the Float32Array of an embedding. */
export type NumberRow = readonly number[] | TypedArray;

/** What an estimator takes as `x`. */
export type RowsLike = NumericArray | SparseRows | readonly NumberRow[] | tf.Tensor;

/**
 * The rows, of rank 2 or above, as a source that the caller disposes of. Values are checked to be
 * finite, so that the error names a bad value instead of leaving a model full of NaN. Typed arrays
 * are not copied. The event loop gets its turns meanwhile.
 *
 * @throws RangeError naming `name`, and the row and column of a value that is not finite; the signal's
 * reason when aborted.
 */
export async function toRows(x: RowsLike, name: string, signal?: AbortSignal): Promise<RowSource> {
  if (x instanceof tf.Tensor) return tensorSource(await fromTensor(x, name, signal));
  if (isSparse(x)) return sparseSource(await checkSparse(x, name, signal));
  return inTurns(plainRows(x, name), signal);
}

function* plainRows(x: NumericArray | readonly NumberRow[], name: string): Steps<RowSource> {
  const { data, shape } = isNumericArray(x) ? checkShape(x, name) : yield* flatten(x, name);
  if (isIntegerArray(data)) return arraySource(data, shape);
  const values = data instanceof Float32Array ? data : yield* toFloats(data, shape, name);
  yield* requireFinite(values, shape, name);
  return arraySource(values, shape);
}

/** Whether it is a typed array whose numbers are always finite as float32. */
const isIntegerArray = (data: unknown): boolean =>
  [Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array].some(
    (kind) => data instanceof kind,
  );

export function isNumericArray(x: unknown): x is NumericArray {
  return typeof x === 'object' && x !== null && 'data' in x && 'shape' in x;
}

/** Whether these are sparse rows, most of whose numbers are 0. */
const isSparse = (x: unknown): x is SparseRows =>
  typeof x === 'object' && x !== null && 'indptr' in x;

async function checkSparse(
  x: SparseRows,
  name: string,
  signal: AbortSignal | undefined,
): Promise<SparseRows> {
  const { checkSparseRows } = await loadTables();
  checkSparseRows(name, x, 0, 0);
  const { indptr, indices, values, shape } = x;
  const checked = inPieces(
    shape[0],
    (from, to) => {
      checkSparseRows(name, x, from, to);
      for (let row = from; row < to; row++) {
        for (let at = indptr[row]; at < indptr[row + 1]; at++) {
          if (Number.isFinite(values[at])) continue;
          throw new RangeError(
            `\`${name}\` must hold finite numbers only. Received: ${values[at]} in row ${row}, column ${indices[at]}.`,
          );
        }
      }
    },
    Math.ceil(values.length / Math.max(1, shape[0])),
  );
  await inTurns(checked, signal);
  requireRank(shape, name);
  return x;
}

/** The numbers of a tensor that are looked at together: a GPU has to wait for few calls. */
const TOGETHER = 2 ** 20;

async function fromTensor(
  x: tf.Tensor,
  name: string,
  signal: AbortSignal | undefined,
): Promise<tf.Tensor> {
  requireAlive(x, name);
  requireRank(x.shape, name);
  if (!['float32', 'int32', 'bool'].includes(x.dtype)) {
    throw new TypeError(`\`${name}\` must hold real numbers. Received: dtype ${x.dtype}.`);
  }
  const rows = tf.cast(x, 'float32');
  const found: tf.Tensor[] = [];
  try {
    const together = Math.max(1, Math.floor((TOGETHER * rows.shape[0]) / rows.size));
    const turns = eventLoopYielder();
    for (let from = 0; from < rows.shape[0]; from += together) {
      const count = Math.min(together, rows.shape[0] - from);
      found.push(tf.tidy(() => tf.all(tf.isFinite(rowsOf(rows, from, count)))));
      if (turns.isDue()) await turns.take();
      signal?.throwIfAborted();
    }
    const finite = await Promise.all(found.map((some) => some.data()));
    if (finite.some(([all]) => all === 0)) {
      await inTurns(requireFinite(await rows.data(), rows.shape, name), signal);
    }
    return rows;
  } catch (error) {
    rows.dispose();
    throw error;
  } finally {
    tf.dispose(found);
  }
}

const rowsOf = (rows: tf.Tensor, from: number, count: number): tf.Tensor =>
  count === rows.shape[0]
    ? rows
    : tf.slice(rows, [from, ...rows.shape.slice(1).fill(0)], [count, ...rows.shape.slice(1)]);

function checkShape({ data, shape }: NumericArray, name: string): NumericArray {
  if (!Array.isArray(shape) || typeof data?.length !== 'number') {
    throw new TypeError(
      `\`${name}\` must be { data, shape } with an array of numbers and an array of lengths. Received: ${kindOf(data)} and ${kindOf(shape)}.`,
    );
  }
  requireRank(shape, name);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new RangeError(
      `\`${name}.shape\` must multiply to the ${data.length} values of \`${name}.data\`. Received: [${shape}].`,
    );
  }
  return { data, shape };
}

/** Concatenates rows. Typed rows are copied directly, without a plain array in between. */
function* flatten(x: readonly NumberRow[], name: string): Steps<NumericArray> {
  requireFirstRow(x, name);
  if (!Array.isArray(x) || x.length === 0 || !isNumberRow(x[0])) {
    throw notRows(x, name);
  }
  const width = x[0].length;
  requireRank([x.length, width], name);
  yield* requireWidth(x, width, name);
  const data = new Float32Array(x.length * width);
  const copy = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const row: NumberRow = x[i];
      if (row instanceof Float32Array || isIntegerArray(row)) {
        data.set(row, i * width);
        continue;
      }
      for (let c = 0; c < width; c++) {
        data[i * width + c] = toFloat(row[c], name, () => `row ${i}, column ${c}`);
      }
    }
  };
  yield* inPieces(x.length, copy, width);
  return { data, shape: [x.length, width] };
}

/** The error of what holds no rows. */
export const notRows = (x: unknown, name: string): TypeError =>
  typeError(
    name,
    'be { data, shape }, an array of rows (number[][] or Float32Array[]) or a tensor of rank 2 or above',
    kindOf(x),
  );

/** @throws TypeError if it is an array without its first row, from which its kind would follow. */
export function requireFirstRow(x: unknown, name: string): void {
  if (!Array.isArray(x) || x.length === 0 || (x[0] !== null && x[0] !== undefined)) return;
  throw typeError(name, 'hold a row of numbers, or an object, for each row', `${x[0]} in row 0`);
}

/** Whether a value is an array, plain or typed, that can be a row. */
export const isNumberRow = (value: unknown): value is NumberRow =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** @throws RangeError unless all are rows of this width. */
export function* requireWidth(
  rows: readonly NumberRow[],
  width: number,
  name: string,
): Steps<void> {
  yield* inPieces(rows.length, (from, to) => {
    // The loop also visits holes.
    for (let i = from; i < to; i++) {
      const row: NumberRow | undefined = rows[i];
      if (isNumberRow(row) && row.length === width) continue;
      throw new RangeError(
        `\`${name}\` must have rows of one width, ${width} as the first. Received: ${isNumberRow(row) ? row.length : kindOf(row)} in row ${i}.`,
      );
    }
  });
}

function requireRank(shape: readonly number[], name: string): void {
  if (shape.length < 2 || shape.some((length) => !Number.isSafeInteger(length) || length < 1)) {
    throw new RangeError(
      `\`${name}\` must have at least one row and one column: a shape of rank 2 or above. Received: [${shape}].`,
    );
  }
}

function* requireFinite(
  data: ArrayLike<number>,
  shape: readonly number[],
  name: string,
): Steps<void> {
  yield* inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (Number.isFinite(data[i])) continue;
      throw new RangeError(
        `\`${name}\` must hold finite numbers only. Received: ${data[i]} in ${place(i, data, shape)}.`,
      );
    }
  });
}

function* toFloats(
  data: ArrayLike<number>,
  shape: readonly number[],
  name: string,
): Steps<Float32Array> {
  const floats = new Float32Array(data.length);
  yield* inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) {
      floats[i] = toFloat(data[i], name, () => place(i, data, shape));
    }
  });
  return floats;
}

/** Number() would turn null into 0 and '1' into 1, and fail for a bigint. */
function toFloat(value: unknown, name: string, at: () => string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`\`${name}\` must hold numbers. Received: ${kindOf(value)} in ${at()}.`);
  }
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    throw new RangeError(
      `\`${name}\` must hold numbers that are finite as float32. Received: ${value} in ${at()}.`,
    );
  }
  return value;
}

function place(i: number, { length }: ArrayLike<number>, [rows]: readonly number[]): string {
  const width = length / rows;
  return `row ${Math.floor(i / width)}, column ${i % width}`;
}

export function requireAlive(tensor: tf.Tensor, name: string): void {
  if (!tensor.isDisposed) return;
  throw new Error(`\`${name}\` must be a tensor that is not disposed. Received: a disposed one.`);
}
