import {
  type Conformal,
  conformal,
  type Interval,
  type KernelRidge,
  type Label,
} from '@kernel-methods/models';
import type { Table } from '@kernel-methods/tables';
import { answerOf } from './answer.ts';
import type { SavedModel } from './model-folder.ts';

/** What a model says of rows. */
export interface Said {
  readonly predictions: readonly Label[];
  /** Of a classifier: rows × classes. */
  readonly probabilities?: ArrayLike<number>;
  readonly classes?: readonly Label[];
  /** Of numbers: where the truth is, as often as the coverage says. */
  readonly intervals?: readonly Interval[];
}

/** Predicts rows with a saved model: with probabilities, or with intervals where it has some. */
export function predictor({ model, record }: SavedModel): (rows: Table) => Promise<Said> {
  const { calibration } = record;
  if (calibration === undefined) return (rows) => answerOf(model, rows);
  const ranges = conformal(model, { coverage: calibration.coverage }).restore(
    calibration,
  ) as unknown as Conformal<KernelRidge>;
  return async (rows) => {
    const intervals = await ranges.predict(rows);
    return { predictions: intervals.map(({ prediction }) => prediction), intervals };
  };
}
