import type { EncodedRows, SparseRows } from '@kernel-methods/tables';
import { countOf, type Picked } from '../numerics/numerics.ts';

/** Some rows, and their places among all rows. */
export interface PlacedRows {
  readonly rows: EncodedRows;
  readonly places: Picked;
}

/**
 * `count` rows: each part fills its own rows, and the others are 0. Either all parts are sparse, or
 * none is.
 */
export function placeRows(count: number, parts: readonly PlacedRows[]): EncodedRows {
  const [{ rows: first }] = parts;
  return 'indptr' in first
    ? placeSparse(count, first.shape[1], parts as readonly (PlacedRows & { rows: SparseRows })[])
    : placeDense(count, first.shape[1], parts);
}

function placeDense(count: number, width: number, parts: readonly PlacedRows[]): EncodedRows {
  const data = new Float32Array(count * width);
  for (const { rows, places } of parts) {
    const values = (rows as Exclude<EncodedRows, SparseRows>).data;
    for (let i = 0; i < countOf(places); i++) {
      data.set(values.subarray(i * width, (i + 1) * width), placeOf(places, i) * width);
    }
  }
  return { data, shape: [count, width] };
}

function placeSparse(
  count: number,
  width: number,
  parts: readonly { rows: SparseRows; places: Picked }[],
): SparseRows {
  const indptr = new Uint32Array(count + 1);
  for (const { rows, places } of parts) {
    for (let i = 0; i < countOf(places); i++) {
      indptr[placeOf(places, i) + 1] = rows.indptr[i + 1] - rows.indptr[i];
    }
  }
  for (let row = 0; row < count; row++) indptr[row + 1] += indptr[row];
  const indices = new Uint32Array(indptr[count]);
  const values = new Float32Array(indptr[count]);
  for (const { rows, places } of parts) {
    for (let i = 0; i < countOf(places); i++) {
      const at = indptr[placeOf(places, i)];
      indices.set(rows.indices.subarray(rows.indptr[i], rows.indptr[i + 1]), at);
      values.set(rows.values.subarray(rows.indptr[i], rows.indptr[i + 1]), at);
    }
  }
  return { indptr, indices, values, shape: [count, width] };
}

const placeOf = (places: Picked, i: number) =>
  places instanceof Int32Array ? places[i] : places.from + i;
