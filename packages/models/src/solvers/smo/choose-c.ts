import { createRandom } from '@kernel-methods/random';
import type { Steps } from '@kernel-methods/simd';
import { classIndices } from '../../data/class-indices.ts';
import { dualSteps } from './dual-problem.ts';
import type { RowGram } from './row-gram.ts';

/** The number of rows that is enough: as many as `direct` uses to choose its penalty. */
const SAMPLE_ROWS = 1000;

/** The candidates for C times the mean of ‖z − z̄‖². */
const CANDIDATES = [0.25, 1, 4, 16, 64] as const;

const FOLDS = 3;

/** The most pairs that are moved, per row: a C that needs more is not worth considering. */
const STEPS_PER_ROW = 50;

type Rows = Omit<RowGram, 'z'> & { readonly units: number };

/**
 * The C with the most rows classified correctly in three-fold cross-validation, on at most 1,000
 * rows drawn by the seed; the smallest of equal ones. All folds and candidates share the Gram
 * matrix.
 */
export function* chooseCSteps(all: Rows, tolerance: number, seed: number): Steps<number> {
  const rows = sampled(all, seed);
  const folds = dealt(rows, seed);
  const hits = new Float64Array(CANDIDATES.length);
  const scale = spreadOf(rows) || 1;
  for (let fold = 0; fold < FOLDS; fold++) {
    for (const [i, candidate] of CANDIDATES.entries()) {
      const scores = new Float32Array(rows.rows * rows.units);
      for (let unit = 0; unit < rows.units; unit++) {
        const y = column(rows, unit);
        const bounds = rows.weights.map((s, row) =>
          folds[row] === fold ? 0 : (candidate / scale) * s,
        );
        const { gram } = rows;
        const limits = { tolerance, maxSteps: STEPS_PER_ROW * rows.rows };
        const found = yield* dualSteps({ gram, y, bounds }, limits);
        for (let row = 0; row < rows.rows; row++) {
          scores[row * rows.units + unit] = y[row] - found.residuals[row] + found.bias;
        }
      }
      const truth = classIndices(rows.targets, rows.units);
      const predicted = classIndices(scores, rows.units);
      for (let row = 0; row < rows.rows; row++) {
        if (folds[row] === fold && predicted[row] === truth[row]) hits[i] += rows.weights[row];
      }
    }
  }
  let best = 0;
  for (const i of CANDIDATES.keys()) if (hits[i] > hits[best] * (1 + 1e-9)) best = i;
  return CANDIDATES[best] / scale;
}

/** The mean of s·‖z − z̄‖², z̄ the mean of the rows. */
function spreadOf({ gram, rows, weights }: Rows): number {
  let weight = 0;
  let squares = 0;
  let ofMean = 0;
  for (let i = 0; i < rows; i++) {
    weight += weights[i];
    squares += weights[i] * gram[i * (rows + 1)];
    for (let j = 0; j < rows; j++) ofMean += weights[i] * weights[j] * gram[i * rows + j];
  }
  return Math.max(0, squares / weight - ofMean / weight ** 2);
}

/** The rows with a weight: all of them, or a sample. */
function sampled(all: Rows, seed: number): Rows {
  const order = createRandom(seed).stream('sample').permutation(all.rows);
  const weighted = Int32Array.from(order).filter((row) => all.weights[row] > 0);
  const picked = weighted.subarray(0, SAMPLE_ROWS).slice().sort();
  if (picked.length === all.rows) return all;
  const { units } = all;
  const gram = new Float32Array(picked.length ** 2);
  picked.forEach((row, i) => {
    picked.forEach((other, j) => {
      gram[i * picked.length + j] = all.gram[row * all.rows + other];
    });
  });
  const targets = new Float32Array(picked.length * units);
  picked.forEach((row, i) => {
    targets.set(all.targets.subarray(row * units, (row + 1) * units), i * units);
  });
  return {
    ...{ rows: picked.length, gram, targets, units },
    weights: Float32Array.from(picked, (row) => all.weights[row]),
  };
}

/** The fold of each row: each class is dealt to all folds, in a random order from the seed. */
function dealt({ targets, units, rows }: Rows, seed: number): Int32Array {
  const classes = classIndices(targets, units);
  const next = new Map<number, number>();
  const folds = new Int32Array(rows);
  for (const row of createRandom(seed).stream('folds').permutation(rows)) {
    const c = classes[row];
    // Classes with few rows should not all be missing in the same fold.
    const count = next.get(c) ?? next.size;
    next.set(c, count + 1);
    folds[row] = count % FOLDS;
  }
  return folds;
}

/** The targets of one output. */
export const column = (
  { targets, units, rows }: Pick<Rows, 'targets' | 'units' | 'rows'>,
  unit: number,
) => Float32Array.from({ length: rows }, (_, row) => targets[row * units + unit]);
