import { rangeError, shown } from '@kernel-methods/check';
import type { Steps } from '@kernel-methods/simd';
import type { Curve } from '../tasks/task.ts';
import { type CalibrationMethod, curvesOf } from './method.ts';

/**
 * Isotonic regression for each output: of all curves that never fall, the one with the least squares,
 * straight between the scores of rows, constant beyond the outermost. It takes any shape, and needs
 * about a thousand rows for it.
 *
 * Zadrozny & Elkan, "Transforming classifier scores into accurate multiclass probability estimates",
 * KDD 2002; the pooling of adjacent violators: Ayer et al. 1955.
 */
export const isotonic: CalibrationMethod = {
  name: 'isotonic',
  reorders: true,
  steps: (rows) => curvesOf(rows, fitIsotonic),
  curve(json) {
    const { scores, probabilities } = (json ?? {}) as Record<string, unknown>;
    const isWhole =
      isAscending(scores) &&
      isAscending(probabilities) &&
      scores.length === probabilities.length &&
      scores.length > 0 &&
      probabilities.every((p) => p >= 0 && p <= 1);
    if (isWhole) return curveOf(scores, probabilities);
    throw rangeError('curve', 'have ascending scores and probabilities, one for each', shown(json));
  },
};

function isAscending(values: unknown): values is number[] {
  return (
    Array.isArray(values) &&
    values.every((value, i) => Number.isFinite(value) && (i === 0 || value >= values[i - 1]))
  );
}

function curveOf(scores: readonly number[], probabilities: readonly number[]): Curve {
  return {
    at(score) {
      // The number of corners that are not above the score.
      let [low, high] = [0, scores.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (scores[middle] <= score) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return probabilities[0];
      const [before, after] = [scores[low - 1], scores[low]];
      if (low === scores.length || before === score) return probabilities[low - 1];
      const share = (score - before) / (after - before);
      return probabilities[low - 1] + share * (probabilities[low] - probabilities[low - 1]);
    },
    toJSON: () => ({ scores: [...scores], probabilities: [...probabilities] }),
  };
}

/** A run of scores with one mean. */
interface Pool {
  readonly first: number;
  readonly last: number;
  readonly sum: number;
  readonly rows: number;
}

/** Rows of equal score are one, with their mean. */
export function* fitIsotonic(scores: Float64Array, isOn: Uint8Array): Steps<Curve> {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  yield;
  const pools: Pool[] = [];
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]];
    let [sum, rows] = [0, 0];
    for (; i < order.length && scores[order[i]] === score; i++, rows++) sum += isOn[order[i]];
    let pool: Pool = { first: score, last: score, sum, rows };
    for (let before = pools.at(-1); before !== undefined; before = pools.at(-1)) {
      if (before.sum * pool.rows < pool.sum * before.rows) break;
      pools.pop();
      pool = {
        ...{ first: before.first, last: pool.last },
        ...{ sum: before.sum + pool.sum, rows: before.rows + pool.rows },
      };
    }
    pools.push(pool);
    if (i % 4096 === 0) yield;
  }
  const corners = pools.flatMap(({ first, last, sum, rows }) =>
    (first === last ? [first] : [first, last]).map((score) => ({ score, p: sum / rows })),
  );
  return curveOf(
    corners.map(({ score }) => score),
    corners.map(({ p }) => p),
  );
}
