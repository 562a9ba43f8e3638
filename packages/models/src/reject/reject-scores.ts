import { didYouMean, rangeError, shown } from '@kernel-methods/check';
import { distance } from './distance.ts';
import { energy } from './energy.ts';
import { margin } from './margin.ts';
import { probability } from './probability.ts';
import type { RejectScore } from './reject-score.ts';
import { relativeMahalanobis } from './relative-mahalanobis.ts';

const scores = {
  relativeMahalanobis,
  distance,
  energy,
  margin,
  probability,
} as const satisfies Record<RejectScoreName, unknown>;

/** The name of a score of this package. */
export type RejectScoreName =
  | 'relativeMahalanobis'
  | 'distance'
  | 'energy'
  | 'margin'
  | 'probability';

export const rejectScoreNames = Object.keys(scores) as RejectScoreName[];

/**
 * The score, given by its name or as an object.
 *
 * @throws RangeError unless it is one.
 */
export function scoreFor(score: unknown, argument = 'score'): RejectScore {
  if (typeof score === 'string' && Object.hasOwn(scores, score)) {
    return scores[score as RejectScoreName]() as RejectScore;
  }
  if (
    typeof score === 'object' &&
    score !== null &&
    typeof (score as RejectScore).score === 'function'
  ) {
    return score as RejectScore;
  }
  const rule = `be one of ${rejectScoreNames.join(', ')}, or an object with a \`score\``;
  throw rangeError(argument, rule, shown(score), didYouMean(score, rejectScoreNames));
}
