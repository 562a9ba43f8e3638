import * as tf from '@tensorflow/tfjs-core';

/**
 * Rows whose zeros are not kept (compressed sparse rows), for maps that take them so: row i has the
 * numbers `values[indptr[i]] … values[indptr[i + 1] − 1]`, in the columns `indices` at the same
 * places. Only the values are a tensor.
 */
export interface SparseBlock {
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: tf.Tensor1D;
  readonly shape: readonly [rows: number, columns: number];
}

/** A map that may take rows as they are, where their zeros are not kept. */
export interface SparseMap {
  /**
   * The features of the rows: again sparse, or not. Undefined if the map needs its zeros. Runs
   * inside `tf.tidy`, once the layer is built.
   */
  applySparse(rows: SparseBlock): SparseBlock | tf.Tensor2D | undefined;
}

/**
 * Whether a layer may take sparse rows; whether it does, `applySparse` says.
 *
 * @example
 * isSparseMap(identity()); // true
 */
export const isSparseMap = (layer: unknown): layer is SparseMap =>
  typeof (layer as Partial<SparseMap> | null | undefined)?.applySparse === 'function';

/**
 * Whether rows are sparse, and no tensor.
 *
 * @example
 * isSparseBlock(tf.ones([2, 3])); // false
 */
export const isSparseBlock = (rows: tf.Tensor | SparseBlock): rows is SparseBlock =>
  'indptr' in rows;

/**
 * The name of the tfjs kernel that multiplies sparse rows, on the backends that have it.
 *
 * Inputs `indptr` [n + 1] and `indices` int32, `values` float32 (one per number), `matrix` [d, D];
 * output [n, D] float32.
 */
export const sparseMatMulOp = 'SparseMatMul';

/**
 * The product of sparse rows [n, d] and a matrix [d, D]: [n, D]. One kernel if the current backend
 * has it, otherwise rows of the matrix are gathered and added up, some at a time. It has no
 * gradient.
 *
 * @example
 * const [indptr, indices] = [Uint32Array.of(0, 1, 2), Uint32Array.of(2, 0)];
 * const values = tf.tensor1d([5, 7]);
 * sparseMatMul({ indptr, indices, values, shape: [2, 3] }, tf.ones([3, 2])); // [[5, 5], [7, 7]]
 */
export function sparseMatMul(rows: SparseBlock, matrix: tf.Tensor2D): tf.Tensor2D {
  const { indptr, indices, values, shape } = rows;
  if (shape[1] !== matrix.shape[0]) {
    throw new RangeError(
      `\`matrix\` must have ${shape[1]} rows, as \`rows\` have columns. Received: ${matrix.shape[0]}.`,
    );
  }
  return tf.tidy(() => {
    if (tf.getKernel(sparseMatMulOp, tf.getBackend()) !== undefined) {
      const inputs = { indptr: int32(indptr), indices: int32(indices), values, matrix };
      return tf.engine().runKernel(sparseMatMulOp, inputs) as tf.Tensor2D;
    }
    const groups = [...groupsOf(rows, Math.max(1, Math.floor(GATHERED / matrix.shape[1])))];
    return tf.concat(groups.map(([from, to]) => product(rows, matrix, from, to)));
  });
}

/**
 * The same rows with their zeros, [rows, columns].
 *
 * @example
 * const [indptr, indices] = [Uint32Array.of(0, 1), Uint32Array.of(2)];
 * toDenseBlock({ indptr, indices, values: tf.tensor1d([5]), shape: [1, 3] }); // [[0, 0, 5]]
 */
export function toDenseBlock({ indptr, indices, values, shape }: SparseBlock): tf.Tensor2D {
  if (indices.length === 0) return tf.zeros([...shape]);
  return tf.tidy(() => {
    const places = new Int32Array(2 * indices.length);
    for (let row = 0; row < shape[0]; row++) {
      for (let at = indptr[row]; at < indptr[row + 1]; at++) {
        places.set([row, indices[at]], 2 * at);
      }
    }
    return tf.scatterND(tf.tensor2d(places, [indices.length, 2], 'int32'), values, [...shape]);
  });
}

/** One number per value of the rows: that of its column. */
export const ofColumns = (perColumn: tf.Tensor1D, { indices }: SparseBlock): tf.Tensor1D =>
  tf.gather(perColumn, int32(indices));

/** The numbers that may be gathered at a time. */
const GATHERED = 2 ** 22;

/** Rows that have at most so many values together, or one row. */
function* groupsOf({ indptr, shape }: SparseBlock, most: number): Generator<[number, number]> {
  let from = 0;
  for (let row = 1; row <= shape[0]; row++) {
    if (row < shape[0] && indptr[row + 1] - indptr[from] <= most) continue;
    yield [from, row];
    from = row;
  }
}

function product(rows: SparseBlock, matrix: tf.Tensor2D, from: number, to: number): tf.Tensor2D {
  const { indptr, indices, values } = rows;
  const [start, end] = [indptr[from], indptr[to]];
  if (start === end) return tf.zeros([to - from, matrix.shape[1]]);
  const ids = new Int32Array(end - start);
  for (let row = from; row < to; row++)
    ids.fill(row - from, indptr[row] - start, indptr[row + 1] - start);
  const factors = tf.reshape(tf.slice(values, start, end - start), [-1, 1]);
  const gathered = tf.mul(tf.gather(matrix, int32(indices.subarray(start, end))), factors);
  return tf.unsortedSegmentSum(gathered, tf.tensor1d(ids, 'int32'), to - from) as tf.Tensor2D;
}

const int32 = (values: Uint32Array): tf.Tensor1D =>
  tf.tensor1d(new Int32Array(values.buffer, values.byteOffset, values.length), 'int32');
