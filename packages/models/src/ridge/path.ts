import { inTurns } from '@kernel-methods/simd';
import { batchesOf } from '../data/batches.ts';
import { classIndices } from '../data/class-indices.ts';
import { CHUNK_ROWS, type Chunk, type Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { joined } from '../data/joined.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import { countOf, type Matrix, type Numerics } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import type { RidgeAccumulator } from './accumulator.ts';
import type { RidgeSolution } from './solve.ts';
import { RidgeSpectrum } from './spectrum.ts';
import type { RidgeSums } from './sums.ts';

/**
 * Ridge regression for one penalty, with its errors for rows that are predicted by a fit to all
 * other rows.
 */
export interface RidgePathPoint extends RidgeSolution {
  /** Σ s·‖y − f₋(z)‖² / (units·Σ s), f₋ being fitted without the row. */
  readonly looLoss: number;
  /** The share of rows that f₋ classifies correctly, by their weights; absent in a regression. */
  readonly looAccuracy?: number;
}

export interface RidgePathOptions {
  /** The sums over exactly the rows of `examples`. */
  readonly state: RidgeAccumulator;
  readonly examples: Examples;
  readonly numerics: Numerics;
  readonly l2s: readonly number[];
  /** Whether correctly classified rows are counted. */
  readonly classify?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Ridge regression for many penalties from one factorization and one more pass over the rows, with
 * the leave-one-out error in closed form: y − f₋ = (y − f)/(1 − h), where the leverage of a row is
 * h = s·(1/Σs + Σⱼ (zcᵀvⱼ)²/(λⱼ + alpha)), including the bias. Products with rows are float32, so
 * errors are less accurate if h is near 1, when the fit goes through all rows.
 *
 * Allen, "The relationship between variable selection and data augmentation", Technometrics 16, 1974;
 * Rifkin & Lippert, "Notes on regularized least squares", 2007.
 *
 * @example
 * // `state` holds the sums over the rows of `examples`.
 * const points = await ridgePath({ state, examples, numerics, l2s: [1e-6, 1e-4, 1e-2] });
 * const best = points.reduce((a, b) => (b.looLoss < a.looLoss ? b : a));
 */
export async function ridgePath(options: RidgePathOptions): Promise<RidgePathPoint[]> {
  const { state, examples, numerics, l2s, classify = false, signal } = options;
  const { units, weight } = state;
  signal?.throwIfAborted();
  const spectrum = await inTurns(RidgeSpectrum.steps(state), signal);
  const solutions = await inTurns(spectrum.solveSteps(l2s), signal);
  const { zMean, yMean } = state.sums();
  const matrices = pathMatrices(numerics, spectrum, solutions, { zMean, weight });
  const turns = eventLoopYielder();
  const losses = new Float64Array(l2s.length);
  const right = new Float64Array(l2s.length);
  try {
    for await (const chunk of examples.chunks()) {
      // Few rows at a time, because their products with all eigenvectors are kept meanwhile.
      for (const part of batchesOf(chunk, CHUNK_ROWS)) {
        signal?.throwIfAborted();
        const { targets, weights } = part;
        const { fits, leverages } = await fitted(numerics, matrices, part, signal);
        const expected = classify ? classIndices(targets, units) : undefined;
        for (let index = 0; index < l2s.length; index++) {
          const without = targets.map((target, at) => {
            const row = Math.floor(at / units);
            const fit = fits[(row * l2s.length + index) * units + (at % units)];
            const s = weights?.[row] ?? 1;
            // If a row alone determines its fit, there is no fit without it, and the difference
            // would be rounding.
            const left = Math.max(1e-6, 1 - s * leverages[row * l2s.length + index]);
            const residual = (target - yMean[at % units] - fit) / left;
            losses[index] += s * residual * residual;
            return target - residual;
          });
          if (expected === undefined) continue;
          classIndices(without, units).forEach((chosen, row) => {
            if (chosen === expected[row]) right[index] += weights?.[row] ?? 1;
          });
        }
        if (turns.isDue()) await turns.take();
      }
    }
    signal?.throwIfAborted();
  } finally {
    matrices.dispose();
  }
  return solutions.map((solution, index) => ({
    ...solution,
    looLoss: losses[index] / (units * weight),
    ...(classify && { looAccuracy: right[index] / weight }),
  }));
}

type PathMatrices = ReturnType<typeof pathMatrices>;

/**
 * The matrices that rows are multiplied with: the heads of all penalties, the eigenvectors, and
 * 1/(λ + alpha).
 */
function pathMatrices(
  numerics: Numerics,
  spectrum: RidgeSpectrum,
  solutions: readonly RidgeSolution[],
  { zMean, weight }: Pick<RidgeSums, 'zMean' | 'weight'>,
) {
  const width = zMean.length;
  const owned: Matrix[] = [];
  const make = (values: Float32Array, columns: number) => {
    owned.push(numerics.matrix(values, values.length / columns, columns));
    return owned[owned.length - 1];
  };
  const dispose = () => {
    for (const matrix of owned) matrix.dispose();
  };
  try {
    // The fits are those of centred targets, which have more digits for the deviations from the
    // mean.
    const bias = joined(solutions.map(({ head }) => centredBias(head, zMean)));
    const shrinkage = solutions.map(({ l2 }) => Float32Array.from(spectrum.shrinkage(l2)));
    return {
      heads: make(joined(solutions.map(({ head }) => head.weights)), width),
      bias: make(bias, bias.length),
      axes: make(transposed(spectrum.vectors, width), width),
      center: make(minusCenter(spectrum.vectors, zMean), width),
      shrinkage: make(joined(shrinkage), width),
      share: make(new Float32Array(solutions.length).fill(1 / weight), solutions.length),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/**
 * The fits of rows minus the targets' means, `rows × penalties × units`, and their leverages over
 * s, `rows × penalties`.
 */
async function fitted(
  numerics: Numerics,
  matrices: PathMatrices,
  chunk: Chunk,
  signal?: AbortSignal,
) {
  const { heads, bias, axes, center, shrinkage, share } = matrices;
  const fits = await scoresInTurns(numerics, chunk, { weights: heads, bias }, signal);
  const axial = { weights: axes, bias: center };
  const squares = await scoresInTurns(numerics, chunk, axial, signal);
  for (let i = 0; i < squares.length; i++) squares[i] *= squares[i];
  const count = countOf(chunk.picked);
  const u = numerics.matrix(squares, count, chunk.z.columns);
  try {
    const all = { z: u, picked: { from: 0, count } };
    const shrunk = { weights: shrinkage, bias: share };
    const leverages = await scoresInTurns(numerics, all, shrunk, signal);
    return { fits, leverages };
  } finally {
    u.dispose();
  }
}

/** −W·z̄: the bias without the mean of the targets. */
const centredBias = ({ weights, bias }: Head, zMean: Float64Array): Float32Array =>
  bias.map((_, unit) => zMean.reduce((sum, z, i) => sum - weights[unit * zMean.length + i] * z, 0));

/** The eigenvectors as rows. */
function transposed(vectors: Float64Array, width: number): Float32Array {
  const out = new Float32Array(vectors.length);
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j < width; j++, at++) out[j * width + i] = vectors[at];
  }
  return out;
}

/** −Vᵀ·z̄. */
function minusCenter(vectors: Float64Array, means: Float64Array): Float32Array {
  const width = means.length;
  const out = new Float64Array(width);
  means.forEach((mean, i) => {
    for (let j = 0; j < width; j++) out[j] -= mean * vectors[i * width + j];
  });
  return Float32Array.from(out);
}
