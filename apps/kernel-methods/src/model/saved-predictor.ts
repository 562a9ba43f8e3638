import {
  type Conformal,
  conformal,
  type Interval,
  type KernelModel,
  type KernelRidge,
  type Label,
  type LabelSet,
  rejecting,
} from '@kernel-methods/models';
import { UsageError } from '@kernel-methods/runner';
import type { Table } from '@kernel-methods/tables';
import { type Answer, answerOf } from './answer.ts';
import type { SavedModel } from './model-folder.ts';
import type { ModelRecord } from './model-record.ts';

/** What a model says of rows. */
export interface Said {
  /** A class, a number, or the labels of a row that may have several. */
  readonly predictions: Answer['predictions'];
  /** Of a classifier: rows × classes. */
  readonly probabilities?: ArrayLike<number>;
  readonly classes?: readonly Label[];
  /** Of numbers: where the truth is, as often as the coverage says. */
  readonly intervals?: readonly Interval[];
  /** Of classes: those among which the truth is, as often as the coverage says. */
  readonly sets?: readonly (readonly Label[])[];
  /** False for a row of none of the classes, where the model says so. */
  readonly kept?: readonly boolean[];
}

/** How often intervals, or sets of classes, are to hold the truth; undefined where there are none. */
export const coverageOf = (
  { calibration, interval }: Pick<ModelRecord, 'calibration' | 'interval'>,
  asked?: number,
): number | undefined => (calibration === undefined ? undefined : (asked ?? interval));

/** @throws UsageError if regions are asked for where a row may have several labels: there are none. */
export function refuseInterval(interval: number | undefined, task: ModelRecord['task']): void {
  if (interval === undefined || task !== 'multilabel') return;
  throw new UsageError(
    `\`--interval\` must be left out for several labels per row. Received: ${interval}.`,
  );
}

/**
 * Predicts rows with a saved model: with probabilities, intervals or sets, and "none of these", as the
 * model was saved.
 *
 * @param interval how often intervals or sets are to hold the truth, if otherwise than as it was saved.
 */
export function predictor(
  { model, record }: SavedModel,
  interval?: number,
): (rows: Table) => Promise<Said> {
  refuseInterval(interval, record.task);
  const { calibration, rejecting: rejects } = record;
  const coverage = coverageOf(record, interval);
  const regions =
    calibration && coverage !== undefined
      ? conformal(model, { coverage }).restore({ ...calibration, coverage })
      : undefined;
  if (record.task === 'regression') return numbersBy(model, regions);
  const judge = rejects && rejecting(model, { score: scoreIn(rejects) }).restore(rejects.rejection);
  return async (rows) => {
    const said = await answerOf(model, rows);
    const sets = regions && ((await regions.predict(rows)) as LabelSet[]);
    const kept = judge && (await judge.keeps(rows));
    return {
      ...said,
      ...(kept && { kept }),
      ...(sets && { sets: sets.map(({ labels }) => labels) }),
    };
  };
}

function numbersBy(model: KernelModel, regions: Conformal | undefined) {
  if (regions === undefined) return (rows: Table): Promise<Said> => answerOf(model, rows);
  const ranges = regions as unknown as Conformal<KernelRidge>;
  return async (rows: Table): Promise<Said> => {
    const intervals = await ranges.predict(rows);
    return { predictions: intervals.map(({ prediction }) => prediction), intervals };
  };
}

const scoreIn = ({ rejection }: NonNullable<ModelRecord['rejecting']>) =>
  rejection.score.name as 'energy';
