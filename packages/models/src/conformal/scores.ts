import { rangeError } from '@kernel-methods/check';
import { type Label, readLabels, realTargets, type TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import type { KernelModel } from '../estimators/kernel-model.ts';
import { targetsOf } from '../fit/table-data.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { byStratum, type Scores } from './calibration.ts';
import { type ConformalOptions, stratumOf } from './conformal-options.ts';
import { distancesOf, nonconformity } from './nonconformity.ts';

/** Whether an estimator predicts one class per row. */
export const predictsClasses = ({ options }: KernelModel): boolean =>
  taskFor(options.task).probabilities !== undefined;

/** The targets as labels, or as one number per row. */
export async function truthOf(
  estimator: KernelModel,
  x: RowsLike | TableRows,
  y: TargetsLike | string,
): Promise<ArrayLike<Label>> {
  const targets = (await targetsOf(x, y, 'y')) as TargetsLike;
  if (predictsClasses(estimator)) return (await readLabels(targets, 'y')).labels;
  const { values, width } = await realTargets(targets, 'y');
  if (width === 1) return values;
  throw rangeError('y', 'have one number per row for intervals', `${width} per row`);
}

/**
 * How far each target is outside of what is predicted, or one minus the probability of its class, in
 * strata.
 */
export async function scoresOf(
  model: KernelModel,
  x: RowsLike | TableRows,
  truth: readonly Label[],
  { strata, by }: Pick<ConformalOptions, 'by'> & { readonly strata?: readonly string[] },
): Promise<Scores> {
  const { classes } = model;
  if (classes === undefined) {
    const said = (await model.predict(x as RowsLike)) as (number | number[])[];
    return byStratum(distancesOf(said, truth as readonly number[]), strata);
  }
  const index = new Map(classes.map((label, c) => [label, c]));
  const said = await nonconformity(model, x as RowsLike);
  // The truth of a class that was not trained on is in no region: its score is the greatest.
  const scores = said.map((row, i) => row[index.get(truth[i]) ?? -1] ?? Number.POSITIVE_INFINITY);
  return byStratum(scores, by === 'class' ? truth.map(stratumOf) : strata);
}
