import { createRandom } from '@kernel-methods/random';
import { batchesOf } from '../data/batches.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { smoothnessConstant } from './smoothness-constant.ts';
import type { Problem, SolverContext } from './solver.ts';
import { largestOf, SquaredLengths } from './squared-lengths.ts';
import { largestEigenvalue, SAMPLE_ROWS } from './widest-direction.ts';

interface Options {
  readonly momentum: number;
  /** The unit of the features, and of the targets. */
  readonly features: number;
  readonly targets?: number;
}

/**
 * A step at which mini-batch descent is stable, features measured in units φ:
 * 1 / (curvature·(κ / (1 − momentum) + (batchSize − 1)·λ) / batchSize + l2/φ²), half of what theory
 * allows, where κ is the largest squared length of a row [z/φ, 1], and λ the largest eigenvalue of
 * the rows' second moments, by power iteration on a sample. Momentum prolongs each row's noise, but
 * for the curvature of all rows together it needs no smaller step (Polyak 1964). Rows count with
 * their weights. It takes one pass over the rows.
 *
 * Ma, Bassily & Belkin, "The power of interpolation", ICML 2018.
 */
export async function stableStep(
  problem: Problem,
  context: SolverContext,
  { momentum, features, targets }: Options,
): Promise<number> {
  const { training, loss, l2 = 0 } = problem;
  const { numerics, seed, batchSize, signal } = context;
  const random = createRandom(seed).stream('step size');
  const scale = training.rows / training.weight;
  const lengths = new SquaredLengths(numerics, training.width, random, { scale, features });
  const turns = eventLoopYielder();
  let longest = 0;
  let spread: number | undefined;
  let curvature = 0;
  try {
    for await (const chunk of training.chunks({ random: random.stream('rows') })) {
      for (const batch of batchesOf(chunk, SAMPLE_ROWS)) {
        spread ??= await largestEigenvalue(numerics, batch, {
          ...{ random: random.stream('start'), scale, features },
          constant: 1,
        });
        curvature ||= smoothnessConstant(loss, batch.targets, training.units, targets);
        longest = Math.max(longest, largestOf(await lengths.of(batch)));
        if (turns.isDue()) await turns.take();
        signal.throwIfAborted();
      }
    }
  } finally {
    lengths.dispose();
  }
  const sharpness = (longest / (1 - momentum) + (batchSize - 1) * (spread ?? 0)) / batchSize;
  return 1 / (curvature * sharpness + l2 / features ** 2);
}
