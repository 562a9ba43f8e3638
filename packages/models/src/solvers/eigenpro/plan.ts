import { createRandom } from '@kernel-methods/random';
import { batchesOf } from '../../data/batches.ts';
import type { Chunk } from '../../data/examples.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import { smoothnessConstant } from '../smoothness-constant.ts';
import type { Problem, SolverContext } from '../solver.ts';
import { largestOf, SquaredLengths } from '../squared-lengths.ts';
import { leadingSpectrum, type Spectrum } from './spectrum.ts';

export interface PlanOptions {
  readonly components: number;
  readonly sampleRows: number;
  readonly batchSize?: number;
  /** The unit of the features. */
  readonly features: number;
  /** That of the targets. */
  readonly targets?: number;
}

/** The steps of EigenPro. */
export interface Plan {
  readonly spectrum: Spectrum;
  /** The share of the gradient's part along each eigenvector that is removed. */
  readonly shares: Float64Array;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Whether the t-th step is 1/√t times as large. */
  readonly shrinks: boolean;
}

const LENGTH_ROWS = 1024;
/** The least κ that is relied on, as a share of the mean: other rows may be longer. */
const SHORTEST = 0.05;
/**
 * The smallest and the largest batch that it chooses: beyond these, rows cost more than steps save.
 */
export const BATCH_SIZES = [128, 1024] as const;

/**
 * Passes over all rows once, as [z/φ, 1], where φ is the unit of the features. With λ the eigenvalue
 * to which the leading ones are lowered and κ the squared length of a row in the preconditioned
 * geometry, batches of κ / λ rows are the largest that save steps, and
 * 1 / (curvature·(κ + (batchSize − 1)·λ) / batchSize + l2/φ²) is stable, half of what theory
 * allows.
 *
 * λ is the least eigenvalue that is found, but not so small that even the largest batch would be too
 * small for it. Few rows have eigenvalues of nearly 0, and descent would stand still at these.
 *
 * A batch of all rows has no noise: if the directions are computed from all of them too, κ is left
 * out. A loss with kinks then needs steps that shrink, since its slopes do not end at 0.
 *
 * κ is the mean over the sample, since rows of random features have similar lengths, times the
 * ratio of the longest of all rows to the longest of the sample (or to their mean, if few have a
 * weight). So a row far from the others slows the descent, but does no harm.
 */
export async function planFor(
  { training, loss, ...problem }: Problem,
  { numerics, seed, signal }: SolverContext,
  options: PlanOptions,
): Promise<Plan> {
  const random = createRandom(seed).stream('eigenpro');
  const { features } = options;
  const l2 = (problem.l2 ?? 0) / features ** 2;
  const scales = { scale: training.rows / training.weight, features };
  const lengths = new SquaredLengths(numerics, training.width, random.stream('signs'), scales);
  const turns = eventLoopYielder();
  let found: Awaited<ReturnType<typeof spectrumOf>> | undefined;
  let longest = 0;
  const spectrumOf = async (sample: Chunk) => {
    const squares = await lengths.of(sample);
    const start = random.stream('start');
    return {
      rows: squares.length,
      spectrum: await leadingSpectrum(numerics, sample, options.components, start, scales, signal),
      curvature: smoothnessConstant(loss, sample.targets, training.units, options.targets),
      mean: squares.reduce((sum, square) => sum + square, 0) / squares.length,
      long: squares.sort()[Math.floor(0.99 * (squares.length - 1))],
    };
  };
  try {
    for await (const chunk of training.chunks({ random: random.stream('rows') })) {
      found ??= await spectrumOf(batchesOf(chunk, options.sampleRows).next().value as Chunk);
      for (const batch of batchesOf(chunk, LENGTH_ROWS)) {
        longest = Math.max(longest, largestOf(await lengths.of(batch)));
        if (turns.isDue()) await turns.take();
        signal.throwIfAborted();
      }
    }
  } finally {
    lengths.dispose();
  }
  const { spectrum, curvature, mean, long, rows } = found as NonNullable<typeof found>;
  const { values } = spectrum;
  const [fewest, most] = BATCH_SIZES;
  const shortest = SHORTEST * mean;
  const least = Math.max(values[values.length - 1], shortest / most);
  const shares = values.map((value) =>
    Math.max(0, 1 - (curvature * least + l2) / (curvature * value + l2)),
  );
  const left = values.reduce((rest, value, i) => rest - shares[i] * value, mean);
  const kappa = Math.max(left, shortest) * Math.max(1, longest / Math.max(mean, long));
  const useful = Math.max(fewest, Math.min(most, Math.ceil(kappa / least)));
  const batchSize = Math.min(training.rows, options.batchSize ?? useful);
  const isWhole = batchSize === training.rows && rows === training.rows;
  const sharpness = isWhole ? least : (kappa + (batchSize - 1) * least) / batchSize;
  return {
    ...{ spectrum, shares, batchSize },
    learningRate: 1 / (curvature * sharpness + l2),
    shrinks: isWhole && loss.hessianProduct === undefined,
  };
}
