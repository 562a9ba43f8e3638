import { classIndices } from '../data/class-indices.ts';
import { type Evaluation, evaluateClassifier, evaluateRegression } from '../data/evaluation.ts';
import type { Label, TargetsLike } from '../data/labels.ts';
import type { RowSource } from '../data/row-source.ts';
import { type NumericArray, type RowsLike, toRows } from '../data/rows.ts';
import type { Fitted } from '../fit/fit-model.ts';
import { prepare, requireShape } from '../fit/prepare.ts';
import { rowShapeOf, unitsOf } from '../network/network.ts';
import { allScores } from '../network/score-blocks.ts';
import { probabilities } from '../tasks/probabilities.ts';

/** Numbers in rows, as an estimator hands them out. */
export type Floats = NumericArray & { data: Float32Array };

/** Predicted labels; in a regression numbers, or rows of them. */
export async function predictions(
  fitted: Fitted,
  x: RowsLike,
): Promise<Label[] | (number | number[])[]> {
  const { scores, units } = await scoresOf(fitted, x);
  const { classes } = fitted;
  if (classes === undefined) return toNumbers(scores, units);
  return Array.from(classIndices(scores, units), (index) => classes[index]);
}

/** `[rows, classes]`, in the order of the classes. */
export async function probabilitiesOf(fitted: Fitted, x: RowsLike): Promise<Floats> {
  const { loss, inverseTemperature } = fitted;
  const { scores, units } = await scoresOf(fitted, x);
  const data = probabilities(scores, units, loss.link, inverseTemperature);
  const width = (fitted.classes as readonly Label[]).length;
  return { data, shape: [data.length / width, width] };
}

/** `[rows, outputs]`; `[rows]` for one output or two classes. */
export async function decisions(fitted: Fitted, x: RowsLike): Promise<Floats> {
  const { scores, units } = await scoresOf(fitted, x);
  const rows = scores.length / units;
  if (fitted.classes?.length === 2 && units === 2) {
    const data = Float32Array.from({ length: rows }, (_, i) => scores[2 * i + 1] - scores[2 * i]);
    return { data, shape: [rows] };
  }
  return { data: scores, shape: units === 1 ? [rows] : [rows, units] };
}

/** The mean loss with accuracy and confusion matrix, or with R². */
export async function evaluation(
  { network, classes, loss, task }: Fitted,
  x: RowsLike,
  y: TargetsLike,
): Promise<Evaluation> {
  const known = { classes, units: unitsOf(network), rowShape: rowShapeOf(network) };
  const rows = await prepare(x, y, { loss, task }, known);
  try {
    const { targets, units, indices } = rows;
    const batch = { targets, predictions: await allScores(network, rows.x), units };
    if (classes === undefined) return evaluateRegression(loss, batch);
    const predicted = classIndices(batch.predictions, units);
    return evaluateClassifier(loss, batch, indices as Int32Array, predicted, classes);
  } finally {
    rows.x.dispose();
  }
}

/** Rows for a fitted model, checked to be of its shape; the caller disposes of them. */
export async function rowsFor({ network }: Fitted, x: RowsLike): Promise<RowSource> {
  const rows = await toRows(x, 'x');
  try {
    requireShape(rows, rowShapeOf(network), 'x');
    return rows;
  } catch (error) {
    rows.dispose();
    throw error;
  }
}

/** One number a row, or one an output of each row. */
export function toNumbers(scores: Float32Array, units: number): (number | number[])[] {
  if (units === 1) return Array.from(scores);
  return Array.from({ length: scores.length / units }, (_, row) =>
    Array.from(scores.subarray(row * units, (row + 1) * units)),
  );
}

async function scoresOf(fitted: Fitted, x: RowsLike) {
  const rows = await rowsFor(fitted, x);
  try {
    return { scores: await allScores(fitted.network, rows), units: unitsOf(fitted.network) };
  } finally {
    rows.dispose();
  }
}
