import type { Chunk } from '../examples.ts';
import { countOf, type Picked } from '../numerics/numerics.ts';

/** A chunk piece by piece, `size` rows each. */
export function* parts(
  { z, picked, targets, weights }: Chunk,
  units: number,
  size: number,
): Iterable<Chunk> {
  const count = countOf(picked);
  for (let from = 0; from < count; from += size) {
    const to = Math.min(count, from + size);
    const some: Picked =
      picked instanceof Int32Array
        ? picked.subarray(from, to)
        : { from: picked.from + from, count: to - from };
    yield {
      z,
      picked: some,
      targets: targets.subarray(from * units, to * units),
      weights: weights?.subarray(from, to),
    };
  }
}
