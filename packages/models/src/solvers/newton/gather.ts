import type { Examples } from '../../data/examples.ts';
import type { Numerics } from '../../numerics/numerics.ts';
import { readPicked } from '../../numerics/read-picked.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';

interface Options {
  readonly examples: Examples;
  readonly numerics: Numerics;
  readonly signal: AbortSignal;
}

/** Copies of some rows of features, with a 1 after each for the bias. `rows` is ascending. */
export async function gatherRows(
  { examples, numerics, signal }: Options,
  rows: ArrayLike<number>,
): Promise<Float32Array> {
  const { width, units } = examples;
  const out = new Float32Array(rows.length * (width + 1));
  const turn = eventLoopYielder();
  let done = 0;
  let first = 0;
  for await (const { z, picked, targets } of examples.chunks()) {
    const end = first + targets.length / units;
    while (done < rows.length && rows[done] < end) {
      let count = 0;
      while (count < TOGETHER && done + count < rows.length && rows[done + count] < end) count++;
      const index = Int32Array.from({ length: count }, (_, i) => {
        const place = rows[done + i] - first;
        return picked instanceof Int32Array ? picked[place] : picked.from + place;
      });
      const values = await readPicked(numerics, z, index);
      for (let i = 0; i < count; i++, done++) {
        const at = done * (width + 1);
        out.set(values.subarray(i * width, (i + 1) * width), at);
        out[at + width] = 1;
      }
      if (turn.isDue()) await turn.take();
      signal.throwIfAborted();
    }
    if (done === rows.length) break;
    first = end;
  }
  return out;
}

const TOGETHER = 32;
