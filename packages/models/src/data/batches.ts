import { countOf } from '../numerics/numerics.ts';
import { compose } from '../numerics/picked.ts';
import type { Chunk } from './examples.ts';

/**
 * Divides a chunk into batches of a given number of rows; the last may be smaller. Nothing is
 * copied.
 */
export function* batchesOf(
  { z, picked, targets, weights }: Chunk,
  batchSize: number,
): Generator<Chunk> {
  const rows = countOf(picked);
  const units = targets.length / rows;
  for (let from = 0; from < rows; from += batchSize) {
    const count = Math.min(batchSize, rows - from);
    yield {
      z,
      picked: compose(picked, { from, count }),
      targets: targets.subarray(from * units, (from + count) * units),
      weights: weights?.subarray(from, from + count),
    };
  }
}
