import type { Loss, LossBatch } from '@kernel-methods/losses';
import type { Label } from './labels.ts';

/** How a fitted model does on labelled rows. */
export interface Evaluation {
  /** Mean loss over the rows, without the penalty. */
  readonly loss: number;
  /** Share of rows classified rightly; classifiers only, as all that follows but `r2`. */
  readonly accuracy?: number;
  /** Classes in the order of `confusionMatrix` and `perClass`. */
  readonly classes?: readonly Label[];
  /** Rows of true class i that were predicted as class j, at [i][j]. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  readonly perClass?: readonly ClassReport[];
  /** 1 − Σ(y − f)² / Σ(y − ȳ)², averaged over the outputs; regressions only. */
  readonly r2?: number;
}

/** Precision, recall and F1 of one class; 0 where nothing was predicted or nothing was there. */
export interface ClassReport {
  readonly class: Label;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows of this class. */
  readonly support: number;
}

export function evaluateClassifier(
  loss: Loss,
  batch: LossBatch,
  truth: Int32Array,
  predicted: Int32Array,
  classes: readonly Label[],
): Evaluation {
  const confusionMatrix = classes.map(() => classes.map(() => 0));
  truth.forEach((index, row) => {
    confusionMatrix[index][predicted[row]]++;
  });
  const hits = confusionMatrix.reduce((sum, row, i) => sum + row[i], 0);
  return {
    loss: meanLoss(loss, batch),
    accuracy: hits / truth.length,
    classes,
    confusionMatrix,
    perClass: classes.map((label, i) => classReport(label, i, confusionMatrix)),
  };
}

export function evaluateRegression(loss: Loss, batch: LossBatch): Evaluation {
  const { units } = batch;
  const scores = Array.from({ length: units }, (_, output) => rSquared(batch, output));
  return { loss: meanLoss(loss, batch), r2: scores.reduce((sum, r2) => sum + r2, 0) / units };
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

function meanLoss(loss: Loss, batch: LossBatch): number {
  const values = loss.values(batch, new Float64Array(batch.predictions.length / batch.units));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A constant target has no variance to explain: 1 if it is met exactly, otherwise 0, as scikit-learn has it. */
function rSquared({ targets, predictions, units }: LossBatch, output: number): number {
  const rows = targets.length / units;
  let mean = 0;
  for (let row = 0; row < rows; row++) mean += targets[row * units + output] / rows;
  let residual = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * units + output;
    residual += (targets[at] - predictions[at]) ** 2;
    total += (targets[at] - mean) ** 2;
  }
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}
