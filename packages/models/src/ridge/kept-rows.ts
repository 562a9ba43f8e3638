import type { SparseRows } from '@kernel-methods/tables';

/** Rows of features, `count × width`, with or without their zeros. */
export type RowValues = Float32Array | SparseRows;

/** Whether the zeros are not kept. */
export const isSparseRows = (z: RowValues): z is SparseRows => 'indptr' in z;

/** The rows of both, one after the other: sparse if one of them is and has rows. */
export function joinedRows(a: RowValues, b: RowValues, width: number): RowValues {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  if (!isSparseRows(a) && !isSparseRows(b)) return joinedNumbers(a, b);
  const [one, two] = [sparseOf(a, width), sparseOf(b, width)];
  const last = one.values.length;
  const indptr = new Uint32Array(one.shape[0] + two.shape[0] + 1);
  indptr.set(one.indptr);
  indptr.set(
    two.indptr.map((at) => at + last),
    one.shape[0],
  );
  const indices = new Uint32Array(last + two.indices.length);
  indices.set(one.indices);
  indices.set(two.indices, last);
  const values = joinedNumbers(one.values, two.values);
  return { indptr, indices, values, shape: [indptr.length - 1, width] };
}

export function joinedNumbers(a: Float32Array, b: Float32Array): Float32Array {
  if (a.length === 0) return b;
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

const isEmpty = (z: RowValues) => (isSparseRows(z) ? z.shape[0] : z.length) === 0;

function sparseOf(z: RowValues, width: number): SparseRows {
  if (isSparseRows(z)) return z;
  const rows = z.length / width;
  const places = Uint32Array.from(z.keys()).filter((at) => z[at] !== 0);
  const indptr = new Uint32Array(rows + 1);
  for (const at of places) indptr[Math.floor(at / width) + 1]++;
  for (let row = 0; row < rows; row++) indptr[row + 1] += indptr[row];
  return {
    ...{ indptr, shape: [rows, width] as const },
    indices: places.map((at) => at % width),
    values: Float32Array.from(places, (at) => z[at]),
  };
}
