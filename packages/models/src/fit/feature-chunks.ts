import type { Dataset } from '../data/dataset.ts';
import { type Chunk, type ChunkOptions, chunkRows } from '../data/examples.ts';
import type { Matrix, Picked } from '../numerics/numerics.ts';
import { valuesOf } from '../numerics/picked.ts';

interface Features {
  /** The least number of rows of a chunk. */
  readonly least: number;
  /** The features of all rows, if they are kept: computed where they are not yet. */
  whole(): Promise<Matrix | undefined>;
  /** The features of some rows, of at most so many; valid until the next call. */
  some(picked: Picked, atMost: number): Promise<Matrix>;
}

/** The rows chunk by chunk, with features that are kept or are made for each chunk. */
export async function* featureChunks(
  { x, targets, weights, units }: Dataset,
  { least, whole, some }: Features,
  { random, batchSize = 1 }: ChunkOptions = {},
): AsyncGenerator<Chunk> {
  const chunkOf = (z: Matrix, picked: Picked, rowsOfAll: Picked): Chunk => ({
    z,
    picked,
    targets: valuesOf(targets, rowsOfAll, units),
    weights: weights && valuesOf(weights, rowsOfAll, 1),
  });
  const order = random && Int32Array.from(random.permutation(x.rows));
  const kept = await whole();
  if (kept !== undefined && order !== undefined) {
    yield chunkOf(kept, order, order);
    return;
  }
  const size = Math.ceil(least / chunkRows(batchSize)) * chunkRows(batchSize);
  for (let from = 0; from < x.rows; from += size) {
    const count = Math.min(size, x.rows - from);
    const picked = order ? order.subarray(from, from + count) : { from, count };
    yield kept !== undefined
      ? chunkOf(kept, picked, picked)
      : chunkOf(await some(picked, Math.min(size, x.rows)), { from: 0, count }, picked);
  }
}
