import { rocArea } from '../tasks/roc-area.ts';

/** How well rows of a known kind are told from others. */
export interface NoveltyEvaluation {
  /**
   * The share of pairs, a row of the known kind and another, in which the first has the greater score;
   * NaN if there are only rows of one of them.
   */
  readonly auroc: number;
  /** The share of the rows of the known kind that are taken for others; NaN without any. */
  readonly falseAlarms: number;
  /** The share of the other rows that are found; NaN without any. */
  readonly recall: number;
  /** Rows of the known kind. */
  readonly known: number;
  /** Other rows. */
  readonly unknown: number;
}

/** @param truth 1 for a row of the known kind, −1 for any other. */
export function noveltyEvaluation(
  decisions: ArrayLike<number>,
  truth: ArrayLike<number>,
): NoveltyEvaluation {
  let [known, alarms, found] = [0, 0, 0];
  for (let row = 0; row < truth.length; row++) {
    if (truth[row] > 0) known++;
    if (decisions[row] < 0) truth[row] > 0 ? alarms++ : found++;
  }
  const unknown = truth.length - known;
  return {
    auroc:
      known === 0 || unknown === 0
        ? Number.NaN
        : rocArea(truth, 1, (row) => decisions[row], [-1, 1]),
    falseAlarms: alarms / known,
    recall: found / unknown,
    known,
    unknown,
  };
}
