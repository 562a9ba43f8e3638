import { inTurns } from '@kernel-methods/simd';
import type { Dataset } from '../data/dataset.ts';
import { CHUNK_ROWS } from '../data/examples.ts';
import type { SharedFeatures } from '../fit/shared-features.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';

/**
 * The sums over some rows; the caller owns them.
 *
 * @param rows all rows with their targets, and the weights of those that are picked.
 */
export async function sumRows(
  shared: SharedFeatures,
  rows: Dataset,
  picked: Int32Array,
  signal: AbortSignal,
): Promise<RidgeAccumulator> {
  const sums = new RidgeAccumulator(shared.map.width, rows.units, shared.numerics, {
    rows: picked.length,
  });
  const examples = shared.examples(rows, picked, rows.weights);
  const turns = eventLoopYielder();
  try {
    for await (const chunk of examples.chunks({ batchSize: CHUNK_ROWS })) {
      await sums.add(chunk, chunk.targets, chunk.weights, signal);
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
    // Frees the memory in simd.
    await inTurns(sums.settleSteps(), signal);
    return sums;
  } catch (error) {
    sums.dispose();
    throw error;
  } finally {
    examples.dispose();
  }
}
