import * as tf from '@tensorflow/tfjs-core';

/** A row-major array of numbers with its shape; the first axis counts rows. */
export interface NumericArray {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** What an estimator takes as `x`. */
export type RowsLike = NumericArray | readonly (readonly number[])[] | tf.Tensor;

/**
 * The rows as a float32 tensor of rank 2 or above, which the caller owns. Values are checked to
 * be finite, so that a bad one is named here and not met again as a model full of NaN.
 *
 * @throws RangeError naming `name`, and the row and column of a value that is not finite.
 */
export async function toRows(x: RowsLike, name: string): Promise<tf.Tensor> {
  if (x instanceof tf.Tensor) return fromTensor(x, name);
  const { data, shape } = isNumericArray(x) ? checkShape(x, name) : flatten(x, name);
  const values = data instanceof Float32Array ? data : new Float32Array(data);
  requireFinite(values, shape, name);
  return tf.tensor(values, [...shape], 'float32');
}

export function isNumericArray(x: unknown): x is NumericArray {
  return typeof x === 'object' && x !== null && 'data' in x && 'shape' in x;
}

async function fromTensor(x: tf.Tensor, name: string): Promise<tf.Tensor> {
  requireRank(x.shape, name);
  const rows = tf.cast(x, 'float32');
  const finite = tf.tidy(() => tf.all(tf.isFinite(rows)));
  try {
    if ((await finite.data())[0] === 0) requireFinite(await rows.data(), rows.shape, name);
    return rows;
  } catch (error) {
    rows.dispose();
    throw error;
  } finally {
    finite.dispose();
  }
}

function checkShape({ data, shape }: NumericArray, name: string): NumericArray {
  requireRank(shape, name);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new RangeError(
      `\`${name}.shape\` must multiply to the ${data.length} values of \`${name}.data\`. Received: [${shape}].`,
    );
  }
  return { data, shape };
}

function flatten(x: readonly (readonly number[])[], name: string): NumericArray {
  if (!Array.isArray(x) || x.length === 0 || !Array.isArray(x[0])) {
    throw new TypeError(
      `\`${name}\` must be { data, shape }, an array of rows (number[][]) or a tensor of rank 2 or above. Received: ${describe(x)}.`,
    );
  }
  const width = x[0].length;
  requireRank([x.length, width], name);
  const data = new Float32Array(x.length * width);
  x.forEach((row, i) => {
    if (row.length !== width) {
      throw new RangeError(
        `\`${name}\` must have rows of one width, ${width} as the first. Received: ${row.length} in row ${i}.`,
      );
    }
    data.set(row, i * width);
  });
  return { data, shape: [x.length, width] };
}

function requireRank(shape: readonly number[], name: string): void {
  if (shape.length < 2 || shape.some((length) => !Number.isSafeInteger(length) || length < 1)) {
    throw new RangeError(
      `\`${name}\` must have at least one row and one column: a shape of rank 2 or above. Received: [${shape}].`,
    );
  }
}

function requireFinite(data: ArrayLike<number>, shape: readonly number[], name: string): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const width = data.length / shape[0];
      throw new RangeError(
        `\`${name}\` must hold finite numbers only. Received: ${data[i]} in row ${Math.floor(i / width)}, column ${i % width}.`,
      );
    }
  }
}

/** A short word for a value of the wrong kind. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty array' : `an array of ${describe(value[0])}`;
  }
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? value.constructor.name
      : typeof value;
}
