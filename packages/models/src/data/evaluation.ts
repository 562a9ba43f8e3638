import type { Loss, LossBatch } from '@kernel-methods/losses';
import type { Steps } from '@kernel-methods/simd';
import { inPieces } from './in-pieces.ts';
import type { Label } from './labels.ts';

/** The results of a fitted model on labelled rows. */
export interface Evaluation {
  /** Mean loss over the rows, without the penalty. */
  readonly loss: number;
  /**
   * The share of rows classified correctly; with several labels per row, of those whose labels are
   * all predicted, and no others. This and everything below except `r2` is for classifiers only.
   */
  readonly accuracy?: number;
  /** Classes in the order of `confusionMatrix` and `perClass`. */
  readonly classes?: readonly Label[];
  /** Rows of true class i that were predicted as class j, at [i][j]; one class per row only. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  readonly perClass?: readonly ClassReport[];
  /**
   * Labels that were not seen in training, and the number of their rows, which count as wrong;
   * absent if there are none.
   */
  readonly unseen?: { readonly labels: readonly Label[]; readonly rows: number };
  /** With several labels per row: F1 of all labels' counts together, and the mean of the labels' F1. */
  readonly f1Micro?: number;
  readonly f1Macro?: number;
  /** With several labels per row: the share of decisions, one per row and label, that are wrong. */
  readonly hammingLoss?: number;
  /** With several labels per row: how well their scores rank those of a row before the others. */
  readonly ranking?: RankingScores;
  /** 1 − Σ(y − f)² / Σ(y − ȳ)², averaged over the outputs; NaN for one row; regressions only. */
  readonly r2?: number;
  /**
   * For quantiles: 1 − loss / loss of the targets' own quantiles, averaged over the quantiles, and each
   * of them by itself.
   */
  readonly d2?: number;
  readonly quantiles?: readonly QuantileReport[];
}

/** How well one quantile is predicted. */
export interface QuantileReport {
  readonly quantile: number;
  /** The share of targets that are no greater than their prediction: the quantile itself at best. */
  readonly coverage: number;
  /** The mean pinball loss. */
  readonly loss: number;
}

/**
 * How well scores rank the labels of a row before the others, averaged over the rows. Labels that were
 * not seen in training come last.
 */
export interface RankingScores {
  /**
   * For each label of a row, the share of its own labels among those that rank no lower, averaged:
   * 1 if all come first. 1 for rows without labels, or with all.
   */
  readonly averagePrecision: number;
  /** How many labels one must take from the top to have all of the row's: at best their number. */
  readonly coverageError: number;
  /** The share of pairs of a label of the row and another that are not in order; ties are not. */
  readonly rankingLoss: number;
}

/** Precision, recall and F1 of one class; 0 if the class was never predicted or has no rows. */
export interface ClassReport {
  readonly class: Label;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows of this class. */
  readonly support: number;
}

/**
 * Evaluates a classifier, in steps. Rows with labels that were not seen in training count as wrong,
 * and have no loss.
 */
export function* evaluateClassifier(
  loss: Loss,
  batch: LossBatch,
  indices: Int32Array,
  predicted: Int32Array,
  classes: readonly Label[],
  unseen: readonly Label[] = [],
): Steps<Evaluation> {
  const confusionMatrix = classes.map(() => classes.map(() => 0));
  let strangers = 0;
  yield* inPieces(indices.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (indices[row] < 0) strangers++;
      else confusionMatrix[indices[row]][predicted[row]]++;
    }
  });
  const hits = confusionMatrix.reduce((sum, row, i) => sum + row[i], 0);
  return {
    loss: yield* meanLoss(loss, batch, (row) => indices[row] >= 0),
    accuracy: hits / indices.length,
    classes,
    confusionMatrix,
    perClass: classes.map((label, i) => classReport(label, i, confusionMatrix)),
    ...(unseen.length > 0 && {
      unseen: { labels: unseen, rows: strangers },
    }),
  };
}

/** Evaluates a regression, in steps. */
export function* evaluateRegression(loss: Loss, batch: LossBatch): Steps<Evaluation> {
  const { units } = batch;
  const scores: number[] = [];
  for (let output = 0; output < units; output++) scores.push(yield* rSquared(batch, output));
  return {
    loss: yield* meanLoss(loss, batch),
    r2: scores.reduce((sum, r2) => sum + r2, 0) / units,
  };
}

function classReport(label: Label, i: number, matrix: readonly (readonly number[])[]): ClassReport {
  const hits = matrix[i][i];
  const support = matrix[i].reduce((sum, count) => sum + count, 0);
  const claimed = matrix.reduce((sum, row) => sum + row[i], 0);
  return {
    class: label,
    precision: claimed === 0 ? 0 : hits / claimed,
    recall: support === 0 ? 0 : hits / support,
    f1: hits === 0 ? 0 : (2 * hits) / (claimed + support),
    support,
  };
}

/** The mean loss over the rows that count. */
export function* meanLoss(
  loss: Loss,
  { predictions, targets, units }: LossBatch,
  counts: (row: number) => boolean = () => true,
): Steps<number> {
  const rows = predictions.length / units;
  let [sum, counted] = [0, 0];
  const add = (from: number, to: number) => {
    const [start, end] = [from * units, to * units];
    const batch = {
      predictions: part(predictions, start, end),
      targets: part(targets, start, end),
      units,
    };
    loss.values(batch, new Float64Array(to - from)).forEach((value, i) => {
      if (!counts(from + i)) return;
      sum += value;
      counted++;
    });
  };
  yield* inPieces(rows, add, units);
  return sum / counted;
}

const part = (values: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  values instanceof Float32Array
    ? values.subarray(from, to)
    : Array.prototype.slice.call(values, from, to);

/**
 * R² of one output. For one row it is not defined: NaN. A constant target has no variance to
 * explain: R² is 1 if it is predicted exactly, otherwise 0. Both are as in scikit-learn.
 */
function* rSquared({ targets, predictions, units }: LossBatch, output: number): Steps<number> {
  const rows = targets.length / units;
  if (rows < 2) return Number.NaN;
  let mean = 0;
  yield* inPieces(rows, (from, to) => {
    for (let row = from; row < to; row++) mean += targets[row * units + output] / rows;
  });
  let residual = 0;
  let total = 0;
  yield* inPieces(rows, (from, to) => {
    for (let row = from; row < to; row++) {
      const at = row * units + output;
      residual += (targets[at] - predictions[at]) ** 2;
      total += (targets[at] - mean) ** 2;
    }
  });
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}
