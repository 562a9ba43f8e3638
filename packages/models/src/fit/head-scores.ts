import type { Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import { countOf, type Numerics } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { OwnedMatrices } from '../solvers/owned-matrices.ts';

/**
 * The scores of several heads with the same number of outputs, row-major. The features are read
 * once.
 */
export async function headScores(
  heads: readonly Head[],
  examples: Examples,
  numerics: Numerics,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const units = heads[0].bias.length;
  const columns = heads.length * units;
  const { width, rows } = examples;
  const weights = new Float32Array(columns * width);
  const biases = new Float32Array(columns);
  heads.forEach((head, i) => {
    weights.set(head.weights, i * units * width);
    biases.set(head.bias, i * units);
  });
  const out = heads.map(() => new Float32Array(rows * units));
  const owned = new OwnedMatrices(numerics);
  const turns = eventLoopYielder();
  try {
    const w = owned.matrix(weights, columns, width);
    const bias = owned.matrix(biases, 1, columns);
    let done = 0;
    for await (const chunk of examples.chunks()) {
      const all = await scoresInTurns(numerics, chunk, { weights: w, bias }, signal);
      const count = countOf(chunk.picked);
      out.forEach((scores, i) => {
        for (let row = 0; row < count; row++) {
          const from = row * columns + i * units;
          scores.set(all.subarray(from, from + units), (done + row) * units);
        }
      });
      done += count;
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
  } finally {
    owned.dispose();
  }
  return out;
}
