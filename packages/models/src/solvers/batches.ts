import type { Chunk } from '../examples.ts';
import { countOf, type Picked } from '../numerics/numerics.ts';

/** A chunk cut into batches of so many rows, the last one smaller if need be. Nothing is copied. */
export function* batchesOf(chunk: Chunk, batchSize: number): Generator<Chunk> {
  const count = countOf(chunk.picked);
  const units = chunk.targets.length / count;
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    yield {
      z: chunk.z,
      picked: someOf(chunk.picked, start, end),
      targets: chunk.targets.subarray(start * units, end * units),
      weights: chunk.weights?.subarray(start, end),
    };
  }
}

const someOf = (picked: Picked, start: number, end: number): Picked =>
  picked instanceof Int32Array
    ? picked.subarray(start, end)
    : { from: picked.from + start, count: end - start };
