import { createRandom, type Random } from '@kernel-methods/random';
import { batchesOf } from '../data/batches.ts';
import type { Chunk } from '../data/examples.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { OwnedMatrices } from './owned-matrices.ts';
import { smoothnessConstant } from './smoothness-constant.ts';
import type { Problem, SolverContext } from './solver.ts';
import { largestOf, SquaredLengths } from './squared-lengths.ts';

const SAMPLE_ROWS = 1024;
const ITERATIONS = 20;

/**
 * A step at which mini-batch descent is stable:
 * 1 / (curvature·(κ / (1 − momentum) + (batchSize − 1)·λ) / batchSize + l2), half of what theory
 * allows, where κ is the largest squared length of a row [z, 1], and λ the largest eigenvalue of the
 * rows' second moments, by power iteration on a sample. Momentum makes each row's noise last, but on
 * the curvature of all rows together it allows no smaller step (Polyak 1964). Rows count with their
 * weights. It takes one pass over the rows.
 *
 * Ma, Bassily & Belkin, "The power of interpolation", ICML 2018.
 */
export async function stableStep(
  problem: Problem,
  context: SolverContext,
  momentum: number,
): Promise<number> {
  const { training, loss, l2 = 0 } = problem;
  const { numerics, seed, batchSize, signal } = context;
  const random = createRandom(seed).stream('step size');
  const scale = training.rows / training.weight;
  const lengths = new SquaredLengths(numerics, training.width, random, scale);
  const turns = eventLoopYielder();
  let longest = 0;
  let spread: number | undefined;
  let curvature = 0;
  try {
    for await (const chunk of training.chunks({ random: random.stream('rows') })) {
      for (const batch of batchesOf(chunk, SAMPLE_ROWS)) {
        spread ??= await largestEigenvalue(numerics, batch, random.stream('start'), scale);
        curvature ||= smoothnessConstant(loss, batch.targets, training.units);
        longest = Math.max(longest, largestOf(await lengths.of(batch)));
        if (turns.isDue()) await turns.take();
        signal.throwIfAborted();
      }
    }
  } finally {
    lengths.dispose();
  }
  const sharpness = (longest / (1 - momentum) + (batchSize - 1) * (spread ?? 0)) / batchSize;
  return 1 / (curvature * sharpness + l2);
}

/** The largest eigenvalue of the mean of s·[z, 1]·[z, 1]ᵀ over the rows. */
async function largestEigenvalue(
  numerics: Numerics,
  { z, picked, weights }: Chunk,
  random: Random,
  scale: number,
): Promise<number> {
  const owned = new OwnedMatrices(numerics);
  const start = Float32Array.from({ length: z.columns }, random.normal);
  try {
    const vector = owned.matrix(start, 1, z.columns);
    const last = owned.matrix(Float32Array.of(random.normal()), 1, 1);
    let eigenvalue = 0;
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      const products = await numerics.scores(z, picked, vector, last);
      const slopes = products.map(
        (product, row) =>
          (product * (weights === undefined ? 1 : scale * weights[row])) / products.length,
      );
      numerics.gradient(z, picked, slopes, vector);
      const image = await numerics.read(vector);
      const lastImage = slopes.reduce((sum, slope) => sum + slope, 0);
      eigenvalue = Math.sqrt(image.reduce((sum, value) => sum + value * value, lastImage ** 2));
      if (eigenvalue === 0) break;
      numerics.write(
        vector,
        image.map((value) => value / eigenvalue),
      );
      numerics.write(last, Float32Array.of(lastImage / eigenvalue));
    }
    return eigenvalue;
  } finally {
    owned.dispose();
  }
}
