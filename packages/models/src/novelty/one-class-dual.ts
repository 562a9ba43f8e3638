import { createRandom } from '@kernel-methods/random';
import { inTurns, type Steps } from '@kernel-methods/simd';
import type { Examples } from '../data/examples.ts';
import { gradientInTurns } from '../numerics/in-turns.ts';
import { dualSteps } from '../solvers/smo/dual-problem.ts';
import { type RowGram, rowGram } from '../solvers/smo/row-gram.ts';
import type { SolverContext } from '../solvers/solver.ts';
import type { OneClassSvmOptions, Plane } from './plane.ts';
import { lowestShare, ROUNDING } from './threshold.ts';

type Options = Pick<Required<OneClassSvmOptions>, 'nu' | 'tolerance' | 'threshold'>;

/** The most steps per row. */
const STEPS_PER_ROW = 200;
/** The folds by which scores of unseen rows are found. */
const FOLDS = 5;

/**
 * The minimum in the space of the rows: w = Σ α·z with Σ α = 1 and 0 ≤ α ≤ s / (ν·Σs).
 *
 * @throws the signal's reason when aborted.
 */
export async function solveExactly(
  training: Examples,
  options: Options,
  { numerics, signal, seed, onProgress }: SolverContext,
): Promise<Plane> {
  const tell = (phase: 'train' | 'solve', step: number, steps: number) =>
    onProgress?.({ phase, epoch: 1, epochs: 1, step, steps });
  const rows = await rowGram(training, numerics, signal, (step) =>
    tell('train', step, training.rows),
  );
  try {
    const folds = options.threshold === 'unseen' ? FOLDS : 0;
    tell('solve', 0, folds + 1);
    const { alpha, rho, converged } = await inTurns(planeSteps(rows, options), signal);
    const all = { z: rows.z, picked: { from: 0, count: rows.rows } };
    const weights = await gradientInTurns(numerics, all, Float32Array.from(alpha), 1, signal);
    tell('solve', 1, folds + 1);
    const loss = lossOf(rows, alpha, rho);
    // A row that is alone lies on the plane itself.
    const scores = new Float64Array(rows.rows).fill(-ROUNDING * Math.abs(rho));
    const foldOf = foldsOf(rows.rows, seed);
    for (let fold = 0; fold < folds; fold++) {
      await inTurns(unseenSteps(rows, foldOf, fold, options, scores), signal);
      tell('solve', fold + 2, folds + 1);
    }
    const unseen = folds === 0 ? 0 : lowestShare(scores, options.nu, rows.weights);
    const record = { epoch: 1, loss, seconds: 0 };
    const stopped = converged ? 'converged' : 'iterations';
    return { weights, rho, unseen, stopped, history: [record] };
  } finally {
    rows.z.dispose();
  }
}

interface DualPlane {
  readonly alpha: Float64Array;
  readonly rho: number;
  readonly converged: boolean;
}

type Products = Pick<RowGram, 'gram' | 'weights' | 'rows'>;

/**
 * In LIBSVM's unit, in which the bounds are the weights and Σ α = ν·Σs: the tolerance is then that of
 * scikit-learn.
 */
function* planeSteps(
  { gram, weights, rows }: Products,
  { nu, tolerance }: Options,
): Steps<DualPlane> {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const unit = rows / total;
  const bounds = Float64Array.from(weights, (weight) => weight * unit);
  const start = new Float64Array(rows);
  let left = nu * rows;
  // The rest of a rounded product is no coefficient.
  for (let i = 0; i < rows && left > 1e-9; i++) {
    start[i] = Math.min(bounds[i], left);
    left -= start[i];
  }
  const y = new Float64Array(rows).fill(1);
  const limits = { tolerance, maxSteps: STEPS_PER_ROW * rows };
  const { beta, bias, converged } = yield* dualSteps({ gram, y, bounds, start }, limits);
  // Residuals are 1 − w·z, and their value on the plane is the bias.
  const scale = 1 / (nu * rows);
  return { alpha: beta.map((value) => value * scale), rho: (1 - bias) * scale, converged };
}

/** The mean of max(0, ρ − w·z). */
function lossOf({ gram, rows, weights }: Products, alpha: Float64Array, rho: number): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < rows; i++) {
    sum += weights[i] * Math.max(0, rho - product(gram, i * rows, alpha));
    total += weights[i];
  }
  return sum / total;
}

function product(gram: Float32Array, start: number, alpha: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < alpha.length; j++) sum += alpha[j] * gram[start + j];
  return sum;
}

/** Scores of the rows of a fold by the plane of all others. */
function* unseenSteps(
  { gram, weights, rows }: Products,
  foldOf: Int32Array,
  fold: number,
  options: Options,
  scores: Float64Array,
): Steps<void> {
  const kept = Array.from({ length: rows }, (_, i) => i).filter((i) => foldOf[i] !== fold);
  const part = {
    gram: new Float32Array(kept.length ** 2),
    weights: Float32Array.from(kept, (i) => weights[i]),
    rows: kept.length,
  };
  if (!part.weights.some((weight) => weight > 0)) return;
  for (const [at, i] of kept.entries()) {
    for (let j = 0; j < kept.length; j++)
      part.gram[at * kept.length + j] = gram[i * rows + kept[j]];
    if (at % 64 === 63) yield;
  }
  const { alpha, rho } = yield* planeSteps(part, options);
  const spread = new Float64Array(rows);
  kept.forEach((i, at) => {
    spread[i] = alpha[at];
  });
  for (let i = 0; i < rows; i++) {
    if (foldOf[i] !== fold) continue;
    scores[i] = product(gram, i * rows, spread) - rho;
    if (i % 64 === 63) yield;
  }
}

function foldsOf(rows: number, seed: number): Int32Array {
  const order = createRandom(seed).stream('folds').permutation(rows);
  const folds = new Int32Array(rows);
  for (let i = 0; i < rows; i++) folds[order[i]] = i % FOLDS;
  return folds;
}
