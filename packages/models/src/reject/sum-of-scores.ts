import { arrayOf, finite, lengthOf, rangeError } from '@kernel-methods/check';
import type { RejectScore, RejectScoreConfig } from './reject-score.ts';
import { type RejectScoreName, scoreFor } from './reject-scores.ts';

/**
 * The weighted sum of scores, Σ_i w_i·s_i, where one sees what another does not: a distance tells how far
 * a row lies from the training rows, and the energy of a softmax classifier tells how much evidence there is
 * for any of its classes.
 * Both are logarithms of ratios of likelihoods, which add up where they are independent.
 *
 * The weights are in the scores' own units: a relative Mahalanobis distance goes to hundreds, an energy
 * to tens. Choose them by the AUROC of `evaluate` on rows that are held out.
 *
 * @throws RangeError unless there are two scores or more and one finite weight for each.
 *
 * @example
 * const score = sumOfScores(['relativeMahalanobis', energy({ temperature: 1 })], [1, 20]);
 * const wary = rejecting(new KernelLogisticRegression(), { score });
 */
export function sumOfScores(
  given: readonly (RejectScoreName | RejectScore)[],
  weights: readonly number[] = given.map(() => 1),
): RejectScore<readonly unknown[]> {
  const scores = arrayOf('scores', given, (name, score) => scoreFor(score, name));
  if (scores.length < 2) {
    throw rangeError('scores', 'hold at least two', String(scores.length));
  }
  const factors = lengthOf('weights', arrayOf('weights', weights, finite), scores.length);
  const learns = scores.some(({ learn }) => learn !== undefined);
  return {
    name: `sum of ${scores.map(({ name }) => name).join(' and ')}`,
    config: configOf(scores, factors),
    ...(learns && {
      async learn(moments, signal) {
        const states: unknown[] = [];
        // One after the other: each may need matrices of D² numbers.
        for (const { learn } of scores) states.push(await learn?.(moments, signal));
        return states;
      },
    }),
    async score(rows, states) {
      const sum = new Float64Array(rows.rows);
      for (const [i, part] of scores.entries()) {
        const own = await part.score(rows, states?.[i]);
        for (let row = 0; row < sum.length; row++) sum[row] += factors[i] * own[row];
      }
      return sum;
    },
    write: (states) => scores.map(({ write }, i) => write?.(states?.[i]) ?? null),
    read(json) {
      const states = arrayOf('record.state', json, (_, state) => state);
      lengthOf('record.state', states, scores.length);
      return scores.map(({ read }, i) => read?.(states[i]));
    },
  };
}

const configOf = (scores: readonly RejectScore[], weights: readonly number[]): RejectScoreConfig =>
  Object.fromEntries(
    scores.flatMap(({ config }, i) => [
      [`${i}.weight`, weights[i]],
      ...Object.entries(config).map(([key, value]) => [`${i}.${key}`, value] as const),
    ]),
  );
