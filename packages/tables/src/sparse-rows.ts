import { nonNegativeInteger } from '@kernel-methods/check';
import { fail } from './check.ts';

/** Rows of numbers, one after the other. */
export interface DenseRows {
  readonly data: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/**
 * Rows whose entries are mostly 0 (compressed sparse rows): row i has the values `values[indptr[i]]
 * … values[indptr[i + 1] − 1]` in the columns `indices` at the same places. In a row the columns
 * are ascending and distinct.
 */
export interface SparseRows {
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** Rows as an encoder gives them. */
export type EncodedRows = DenseRows | SparseRows;

/**
 * Whether rows are kept as their numbers other than 0 alone.
 *
 * @example
 * isSparse(toSparse({ data: Float32Array.of(0, 5), shape: [1, 2] })); // true
 */
export const isSparse = (rows: EncodedRows): rows is SparseRows => 'indptr' in rows;

/**
 * @param from the first row whose entries are looked at. @param to the row after the last.
 * @throws RangeError unless the rows are what `SparseRows` says.
 *
 * @example
 * const rows = toSparse({ data: Float32Array.of(0, 5), shape: [1, 2] });
 * checkSparseRows('rows', rows); // throws if its parts do not fit together
 */
export function checkSparseRows(
  name: string,
  rows: SparseRows,
  from = 0,
  to = rows?.shape?.[0] ?? 0,
): void {
  const { indptr, indices, values, shape } = rows ?? {};
  if (!Array.isArray(shape) || shape.length !== 2) {
    fail(`${name}.shape`, 'the numbers of rows and columns', shape);
  }
  for (const length of shape) nonNegativeInteger(`${name}.shape`, length);
  if (!(indptr instanceof Uint32Array) || indptr.length !== shape[0] + 1 || indptr[0] !== 0) {
    fail(`${name}.indptr`, `a Uint32Array of ${shape[0] + 1} numbers from 0`, indptr);
  }
  if (!(indices instanceof Uint32Array)) fail(`${name}.indices`, 'a Uint32Array', indices);
  if (!(values instanceof Float32Array)) fail(`${name}.values`, 'a Float32Array', values);
  if (indices.length !== values.length || indptr[shape[0]] !== values.length) {
    fail(
      `${name}.values`,
      `as long as the end of indptr and indices, ${indptr[shape[0]]}`,
      values.length,
    );
  }
  for (let row = from; row < to; row++) {
    if (indptr[row + 1] < indptr[row]) fail(`${name}.indptr`, 'ascending', indptr[row + 1]);
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const column = indices[at];
      const ascends = at === indptr[row] || column > indices[at - 1];
      if (!ascends || column >= shape[1]) {
        fail(`${name}.indices`, `ascending in each row and below ${shape[1]}`, column);
      }
    }
  }
}

/**
 * The same rows with every 0 written out.
 *
 * @example
 * const rows = toSparse({ data: Float32Array.of(0, 5), shape: [1, 2] });
 * toDense(rows).data; // Float32Array [0, 5]
 */
export function toDense(rows: EncodedRows): DenseRows {
  if (!isSparse(rows)) return rows;
  const [n, d] = rows.shape;
  const data = new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    for (let at = rows.indptr[row]; at < rows.indptr[row + 1]; at++) {
      data[row * d + rows.indices[at]] = rows.values[at];
    }
  }
  return { data, shape: [n, d] };
}

/**
 * The same rows without the zeros.
 *
 * @example
 * toSparse({ data: Float32Array.of(0, 5), shape: [1, 2] }); // one number is kept
 */
export function toSparse(rows: EncodedRows): SparseRows {
  if (isSparse(rows)) return rows;
  const { data, shape } = rows;
  const [n, d] = shape;
  const indptr = new Uint32Array(n + 1);
  let count = 0;
  for (const value of data) if (value !== 0) count++;
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  let at = 0;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < d; column++) {
      const value = data[row * d + column];
      if (value === 0) continue;
      indices[at] = column;
      values[at++] = value;
    }
    indptr[row + 1] = at;
  }
  return { indptr, indices, values, shape };
}

/**
 * The given rows, in the given order; one may come several times.
 *
 * @example
 * const rows = toSparse({ data: Float32Array.of(0, 5, 7, 0), shape: [2, 2] });
 * takeSparseRows(rows, [1, 0, 1]); // three rows
 */
export function takeSparseRows(rows: SparseRows, order: ArrayLike<number>): SparseRows {
  const indptr = new Uint32Array(order.length + 1);
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    if (!(Number.isInteger(row) && row >= 0 && row < rows.shape[0])) {
      fail('order', `numbers of rows below ${rows.shape[0]}`, row);
    }
    indptr[i + 1] = indptr[i] + rows.indptr[row + 1] - rows.indptr[row];
  }
  const indices = new Uint32Array(indptr[order.length]);
  const values = new Float32Array(indptr[order.length]);
  for (let i = 0; i < order.length; i++) {
    const [start, end] = [rows.indptr[order[i]], rows.indptr[order[i] + 1]];
    indices.set(rows.indices.subarray(start, end), indptr[i]);
    values.set(rows.values.subarray(start, end), indptr[i]);
  }
  return { indptr, indices, values, shape: [order.length, rows.shape[1]] };
}

/** Blocks of columns side by side, of the same rows; sparse if `sparse` says so. */
export function joinColumns(
  blocks: readonly EncodedRows[],
  rows: number,
  sparse: boolean,
): EncodedRows {
  const columns = blocks.reduce((sum, { shape }) => sum + shape[1], 0);
  return sparse
    ? joinSparse(blocks.map(toSparse), rows, columns)
    : joinDense(blocks, rows, columns);
}

function joinDense(blocks: readonly EncodedRows[], rows: number, columns: number): DenseRows {
  const data = new Float32Array(rows * columns);
  let start = 0;
  for (const block of blocks) {
    const width = block.shape[1];
    if (isSparse(block)) {
      for (let row = 0; row < rows; row++) {
        for (let at = block.indptr[row]; at < block.indptr[row + 1]; at++) {
          data[row * columns + start + block.indices[at]] = block.values[at];
        }
      }
    } else {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < width; column++) {
          data[row * columns + start + column] = block.data[row * width + column];
        }
      }
    }
    start += width;
  }
  return { data, shape: [rows, columns] };
}

function joinSparse(blocks: readonly SparseRows[], rows: number, columns: number): SparseRows {
  const count = blocks.reduce((sum, { values }) => sum + values.length, 0);
  const indptr = new Uint32Array(rows + 1);
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let start = 0;
    for (const block of blocks) {
      for (let at = block.indptr[row]; at < block.indptr[row + 1]; at++) {
        indices[to] = start + block.indices[at];
        values[to++] = block.values[at];
      }
      start += block.shape[1];
    }
    indptr[row + 1] = to;
  }
  return { indptr, indices, values, shape: [rows, columns] };
}
