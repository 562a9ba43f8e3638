import type { Label } from '../data/labels.ts';
import { UndefinedScoreError } from './undefined-score.ts';

/**
 * The area under the ROC curve of one class against all others: the share of pairs (a row of the
 * class and a row of another) in which the first has the greater score. Equal scores count half.
 *
 * Hanley & McNeil, Radiology 143, 1982.
 *
 * @throws UndefinedScoreError if there are no rows of the class, or no others; RangeError if a
 * score is NaN.
 */
export function rocArea(
  truth: ArrayLike<number>,
  index: number,
  score: (row: number) => number,
  classes: readonly Label[],
): number {
  const order = Array.from({ length: truth.length }, (_, row) => row);
  const unordered = order.find((row) => Number.isNaN(score(row)));
  if (unordered !== undefined) {
    throw new RangeError(
      `\`scoring\` 'rocAuc' needs a decision for each row. Received: NaN for row ${unordered}.`,
    );
  }
  order.sort((a, b) => score(a) - score(b));
  let [ranks, own] = [0, 0];
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && score(order[to]) === score(order[from])) to++;
    for (let i = from; i < to; i++) {
      if (truth[order[i]] !== index) continue;
      own++;
      // Equal scores share their ranks, from 1.
      ranks += (from + to + 1) / 2;
    }
  }
  const others = order.length - own;
  if (own === 0 || others === 0) {
    throw new UndefinedScoreError(
      `\`scoring\` 'rocAuc' needs rows of every class in each fold's test. Received: ${own === 0 ? 'none' : 'only rows'} of class ${String(classes[index])}.`,
    );
  }
  return (ranks - (own * (own + 1)) / 2) / (own * others);
}
