import { createRandom, type Random } from '@kernel-methods/random';
import type { Chunk } from '../examples.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { turnTaker } from '../turn-taker.ts';
import { batchesOf } from './batches.ts';
import { lossCurvature } from './loss-curvature.ts';
import { OwnedMatrices } from './owned-matrices.ts';
import type { Problem, SolverContext } from './solver.ts';

/** Random signs that estimate squared lengths; each within a factor of 2 almost always. */
const PROBES = 16;
const SAMPLE_ROWS = 1024;
const ITERATIONS = 20;

/**
 * A step at which mini-batch descent is stable:
 * 1 / (curvature·(κ + (batchSize − 1)·λ) / batchSize + l2), half of what theory allows, where κ is
 * the largest squared length of a row [z, 1], estimated by its products with random signs (Hutchinson
 * 1990), and λ the largest eigenvalue of the rows' second moments, by power iteration on a sample.
 * Rows count with their weights. It takes one pass over the rows.
 *
 * Ma, Bassily & Belkin, "The power of interpolation", ICML 2018.
 */
export async function stableStep(problem: Problem, context: SolverContext): Promise<number> {
  const { training, loss, l2 = 0 } = problem;
  const { numerics, seed, batchSize, signal } = context;
  const random = createRandom(seed).stream('step size');
  const owned = new OwnedMatrices(numerics);
  const scale = training.rows / training.weight;
  const turns = turnTaker();
  let longest = 0;
  let spread: number | undefined;
  let curvature = 0;
  try {
    const signs = Float32Array.from({ length: PROBES * training.width }, () =>
      random.uniform() < 0.5 ? -1 : 1,
    );
    const probes = owned.matrix(signs, PROBES, training.width);
    const none = owned.zeros(1, PROBES);
    for await (const chunk of training.chunks({ random: random.stream('rows') })) {
      for (const batch of batchesOf(chunk, SAMPLE_ROWS)) {
        spread ??= await largestEigenvalue(numerics, batch, random.stream('start'), scale);
        curvature ||= lossCurvature(loss, batch.targets, training.units);
        const products = await numerics.scores(batch.z, batch.picked, probes, none);
        longest = Math.max(longest, longestRow(products, batch.weights, scale));
        if (turns.isDue()) await turns.take();
        signal.throwIfAborted();
      }
    }
  } finally {
    owned.dispose();
  }
  const sharpness = (longest + (batchSize - 1) * (spread ?? 0)) / batchSize;
  return 1 / (curvature * sharpness + l2);
}

/** The largest weighted ‖[z, 1]‖² of the rows, from their products with random signs. */
function longestRow(
  products: Float32Array,
  weights: Float32Array | undefined,
  scale: number,
): number {
  let longest = 0;
  for (let row = 0, at = 0; at < products.length; row++) {
    let sum = 0;
    for (const end = at + PROBES; at < end; at++) sum += products[at] ** 2;
    const weight = weights === undefined ? 1 : scale * weights[row];
    longest = Math.max(longest, weight * (sum / PROBES + 1));
  }
  return longest;
}

/** That of the mean of s·[z, 1]·[z, 1]ᵀ over the rows. */
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
