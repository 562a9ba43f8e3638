import type { RankingScores } from '../data/evaluation.ts';

/** Rows with several labels each: 0 or 1 for every row and label, row-major. */
export interface LabelledRows {
  readonly truth: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  readonly labels: number;
}

/** How often a label is there, is predicted, and both. */
export interface LabelCounts {
  readonly there: number;
  readonly claimed: number;
  readonly hits: number;
}

/** The counts of each label. */
export function countsOf({ truth, predictions, labels }: LabelledRows): LabelCounts[] {
  const all = Array.from({ length: labels }, () => ({ there: 0, claimed: 0, hits: 0 }));
  for (let i = 0; i < truth.length; i++) {
    const counts = all[i % labels];
    if (truth[i] > 0) counts.there++;
    if (predictions[i] > 0) counts.claimed++;
    if (truth[i] > 0 && predictions[i] > 0) counts.hits++;
  }
  return all;
}

/** 2·hits / (there + claimed); 0 if a label is neither there nor predicted, as in scikit-learn. */
export const f1Of = ({ hits, there, claimed }: LabelCounts): number =>
  there + claimed === 0 ? 0 : (2 * hits) / (there + claimed);

/** F1 of all labels' counts together. */
export const f1Micro = (counts: readonly LabelCounts[]): number =>
  f1Of(
    counts.reduce(
      (sum, { there, claimed, hits }) => ({
        there: sum.there + there,
        claimed: sum.claimed + claimed,
        hits: sum.hits + hits,
      }),
      { there: 0, claimed: 0, hits: 0 },
    ),
  );

/** The mean of the labels' F1. */
export const f1Macro = (counts: readonly LabelCounts[]): number => mean(counts.map(f1Of));

/** The share of decisions, one per row and label, that are wrong. */
export function hammingLoss({ truth, predictions }: LabelledRows): number {
  let wrong = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] > 0 !== predictions[i] > 0) wrong++;
  return wrong / truth.length;
}

/** The share of rows whose labels are all predicted correctly, and no others. */
export function subsetAccuracy(
  { truth, predictions, labels }: LabelledRows,
  isLost: (row: number) => boolean = () => false,
): number {
  const rows = truth.length / labels;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    let at = row * labels;
    const end = at + labels;
    while (at < end && truth[at] > 0 === predictions[at] > 0) at++;
    if (at === end && !isLost(row)) right++;
  }
  return right / rows;
}

/**
 * scikit-learn's label_ranking_average_precision_score, coverage_error and label_ranking_loss.
 *
 * A label that was not seen in training has no score: it ranks last, its precision is 0, and each pair with
 * it counts as wrongly ordered. So a row whose labels were all unseen has the precision 0, the ranking loss 1
 * (0 if no label is left to order them with) and the coverage error of a row with all labels. A row
 * without labels, or with all that there are, has nothing to order: its precision is 1, its ranking loss 0, as
 * in scikit-learn.
 *
 * Tsoumakas, Katakis & Vlahavas, "Mining multi-label data", 2010.
 *
 * @param unseen the number of such labels of each row.
 */
export function rankingScores(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  labels: number,
  unseen?: ArrayLike<number>,
): RankingScores {
  const rows = truth.length / labels;
  const sums = { averagePrecision: 0, coverageError: 0, rankingLoss: 0 };
  for (let row = 0; row < rows; row++) {
    const own: number[] = [];
    const others: number[] = [];
    for (let at = row * labels; at < (row + 1) * labels; at++) {
      (truth[at] > 0 ? own : others).push(scores[at]);
    }
    own.sort((a, b) => b - a);
    others.sort((a, b) => b - a);
    // The labels that rank no lower than the last of the row's own.
    const last = own.length === 0 ? Number.POSITIVE_INFINITY : own[own.length - 1];
    const lost = unseen?.[row] ?? 0;
    const all = own.length + lost;
    sums.coverageError += all + (lost > 0 ? others.length : upTo(others, 0, last));
    if (all === 0 || (lost === 0 && others.length === 0)) {
      sums.averagePrecision += 1;
      continue;
    }
    let [precision, wrong, before, same] = [0, lost * others.length, 0, 0];
    for (const score of own) {
      same = upTo(own, same, score);
      before = upTo(others, before, score);
      precision += same / (same + before);
      wrong += before;
    }
    sums.averagePrecision += precision / all;
    if (others.length > 0) sums.rankingLoss += wrong / (all * others.length);
  }
  return {
    averagePrecision: sums.averagePrecision / rows,
    coverageError: sums.coverageError / rows,
    rankingLoss: sums.rankingLoss / rows,
  };
}

/** The number of scores, in descending order, that are no less than one; from a place on. */
function upTo(scores: readonly number[], from: number, score: number): number {
  let at = from;
  while (at < scores.length && scores[at] >= score) at++;
  return at;
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
