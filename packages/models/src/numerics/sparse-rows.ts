import type { SparseRows } from '@kernel-methods/tables';
import { countOf, type Picked } from './numerics.ts';

/** Picked rows of sparse rows: a view for a range, otherwise a copy. */
export function pickedSparseRows(rows: SparseRows, picked: Picked): SparseRows {
  const count = countOf(picked);
  const { indptr, indices, values } = rows;
  const shape = [count, rows.shape[1]] as const;
  const starts = new Uint32Array(count + 1);
  if (!(picked instanceof Int32Array)) {
    const [first, end] = [indptr[picked.from], indptr[picked.from + count]];
    for (let i = 1; i <= count; i++) starts[i] = indptr[picked.from + i] - first;
    return {
      ...{ indptr: starts, shape },
      indices: indices.subarray(first, end),
      values: values.subarray(first, end),
    };
  }
  picked.forEach((row, i) => {
    starts[i + 1] = starts[i] + indptr[row + 1] - indptr[row];
  });
  const out = {
    ...{ indptr: starts, shape },
    indices: new Uint32Array(starts[count]),
    values: new Float32Array(starts[count]),
  };
  picked.forEach((row, i) => {
    out.indices.set(indices.subarray(indptr[row], indptr[row + 1]), starts[i]);
    out.values.set(values.subarray(indptr[row], indptr[row + 1]), starts[i]);
  });
  return out;
}
