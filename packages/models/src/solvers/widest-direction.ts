import { createRandom, type Random } from '@kernel-methods/random';
import { batchesOf } from '../data/batches.ts';
import type { Chunk } from '../data/examples.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { OwnedMatrices } from './owned-matrices.ts';
import type { Problem, SolverContext } from './solver.ts';

export const SAMPLE_ROWS = 1024;
const ITERATIONS = 20;

/**
 * The root mean square of rows along their widest direction: the root of the largest eigenvalue of
 * their second moments, on a sample.
 */
export async function widestDirection(
  { training }: Problem,
  { numerics, seed }: SolverContext,
): Promise<number> {
  const random = createRandom(seed).stream('widest direction');
  const scale = training.rows / training.weight;
  for await (const chunk of training.chunks({ random: random.stream('rows') })) {
    const sample = batchesOf(chunk, SAMPLE_ROWS).next().value as Chunk;
    const eigenvalue = await largestEigenvalue(numerics, sample, {
      ...{ random: random.stream('start'), scale, features: 1 },
      constant: 0,
    });
    const length = Math.sqrt(eigenvalue);
    return length > 0 && Number.isFinite(length) ? length : 1;
  }
  return 1;
}

interface Iteration {
  readonly random: Random;
  /** A factor for each row's weight. */
  readonly scale: number;
  readonly features: number;
  /** The last number of each row. */
  readonly constant: 0 | 1;
}

/** The largest eigenvalue of the mean of s·r·rᵀ over the rows, r = [z/features, constant]. */
export async function largestEigenvalue(
  numerics: Numerics,
  { z, picked, weights }: Chunk,
  { random, scale, features, constant }: Iteration,
): Promise<number> {
  const owned = new OwnedMatrices(numerics);
  const start = Float32Array.from({ length: z.columns }, random.normal);
  try {
    const vector = owned.matrix(start, 1, z.columns);
    const last = owned.matrix(Float32Array.of(constant * features * random.normal()), 1, 1);
    let eigenvalue = 0;
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      // r·v times `features`; the last component is multiplied too.
      const products = await numerics.scores(z, picked, vector, last);
      const slopes = products.map(
        (product, row) =>
          (product * (weights === undefined ? 1 : scale * weights[row])) /
          (products.length * features ** 2),
      );
      numerics.gradient(z, picked, slopes, vector);
      const image = await numerics.read(vector);
      const lastImage = constant * features * slopes.reduce((sum, slope) => sum + slope, 0);
      eigenvalue = Math.sqrt(image.reduce((sum, value) => sum + value * value, lastImage ** 2));
      if (!(eigenvalue > 0)) break;
      numerics.write(
        vector,
        image.map((value) => value / eigenvalue),
      );
      numerics.write(last, Float32Array.of((constant * features * lastImage) / eigenvalue));
    }
    return eigenvalue;
  } finally {
    owned.dispose();
  }
}
