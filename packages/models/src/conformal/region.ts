import type { Label } from '../data/labels.ts';
import { ALL, boundOf, type Scores } from './calibration.ts';
import { countBelow, rankFor, shiftedOrder } from './order.ts';

/** A number, and an interval that holds the truth for a share of new rows. */
export interface Interval {
  readonly prediction: number;
  /** −Infinity and Infinity where there are too few rows to tell. */
  readonly lower: number;
  readonly upper: number;
}

/** A label, and the labels among which the truth is for a share of new rows. */
export interface LabelSet<L extends Label = Label> {
  readonly prediction: L;
  /**
   * In the order of the model's classes. It may be empty, if none is likely enough: the row is
   * unlike those that the model knows.
   */
  readonly labels: readonly L[];
}

/** What the models of the folds say of one row, and the scores of the rows that each did not see. */
export interface Fold<T> {
  readonly said: T;
  readonly scores: Scores;
}

/** The ends of an interval that is predicted: the same number, or the outermost quantiles. */
export interface Ends {
  readonly from: number;
  readonly to: number;
}

/**
 * From f − bound to f + bound for one model, f a number, or the lower and the upper end. An interval
 * that would end before it begins is its middle. For several, the CV+ interval of Barber, Candès,
 * Ramdas & Tibshirani, "Predictive inference with the jackknife+", 2021.
 */
export function intervalOf(
  folds: readonly Fold<Ends>[],
  prediction: number,
  coverage: number,
  stratum = ALL,
): Interval {
  const lists = folds.map(({ scores }) => scores.get(stratum) ?? new Float64Array());
  if (folds.length === 1) {
    const bound = boundOf(lists[0], coverage);
    const [{ from, to }] = folds.map((fold) => fold.said);
    return ordered(prediction, from - bound, to + bound);
  }
  const rank = rankFor(
    lists.reduce((sum, { length }) => sum + length, 0),
    coverage,
  );
  const upper = shiftedOrder(
    lists,
    folds.map(({ said }) => said.to),
    rank,
  );
  const lower = -shiftedOrder(
    lists,
    folds.map(({ said }) => -said.from),
    rank,
  );
  return ordered(prediction, lower, upper);
}

function ordered(prediction: number, lower: number, upper: number): Interval {
  if (lower <= upper) return { prediction, lower, upper };
  const middle = (lower + upper) / 2;
  return { prediction, lower: middle, upper: middle };
}

/**
 * The classes whose score is no greater than the bound for one model; for several, CV+ of Romano,
 * Sesia & Candès, "Classification with valid and adaptive coverage", 2020.
 *
 * @param stratumOf the stratum of a row of this class.
 */
export function labelsOf<L extends Label>(
  folds: readonly Fold<readonly number[]>[],
  classes: readonly L[],
  coverage: number,
  stratumOf: (label: L) => string,
): L[] {
  return classes.filter((label, c) => {
    const lists = folds.map(({ scores }) => scores.get(stratumOf(label)) ?? new Float64Array());
    if (folds.length === 1) return folds[0].said[c] <= boundOf(lists[0], coverage);
    const n = lists.reduce((sum, { length }) => sum + length, 0);
    const less = lists.reduce((sum, list, k) => sum + countBelow(list, folds[k].said[c]), 0);
    return less < rankFor(n, coverage);
  });
}
