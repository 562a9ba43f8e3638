import type { Prediction } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import type { KernelModel, PredictionOf, TargetsFor } from '../estimators/kernel-model.ts';
import type { TestedRows } from '../tasks/scorer.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { SelectionAbortedError } from './aborted.ts';
import { type ScoreSummary, summarized } from './fold-scores.ts';
import type { Candidate } from './plan.ts';
import { withPlan } from './prepare-plan.ts';
import { scoreCandidates } from './score-candidates.ts';
import type { SelectionOptions } from './selection-options.ts';
import { testsEveryRowOnce } from './training-sums.ts';

export interface CrossValidateOptions extends SelectionOptions {
  /** Whether to return the prediction for each row by the model that did not see it. */
  returnPredictions?: boolean;
}

export interface CrossValidation<P extends Prediction = Prediction> extends ScoreSummary {
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** A label, a number or a row of numbers for each row, with `returnPredictions`. */
  readonly predictions?: readonly P[];
}

/**
 * Measures an estimator on rows that it was not trained on: it is fitted to each fold's training
 * rows and scored on the others. The estimator itself is neither fitted nor changed.
 *
 * The features of a frozen map are computed once for all folds. 'direct' sums all rows once, and
 * subtracts the sums of each fold.
 *
 * @throws RangeError or TypeError on bad input, before any work; the errors of a fit or of the
 * scorer; SelectionAbortedError, with the scores so far, when the signal is aborted.
 *
 * @example
 * const x = Array.from({ length: 90 }, (_, i) => [i / 10, (i * 7) % 3]);
 * const y = x.map(([a, b]) => Math.sin(a) + b);
 * const ridge = new KernelRidge({ outputDim: 64, scale: 1.5 });
 * const { mean, deviation } = await crossValidate(ridge, x, y, { folds: 5 });
 */
export async function crossValidate<M extends KernelModel>(
  estimator: M,
  x: RowsLike | TableRows,
  y: TargetsFor<M> | string,
  options: CrossValidateOptions = {},
): Promise<CrossValidation<PredictionOf<M>>> {
  const { returnPredictions = false, ...common } = options;
  const start = performance.now();
  const candidate: Candidate = { index: 0, model: copyOf(estimator), scores: [], seconds: 0 };
  const tests: { test: Int32Array; rows: TestedRows }[] = [];
  const summary = (count: number): CrossValidation<PredictionOf<M>> => ({
    ...summarized(candidate),
    seconds: (performance.now() - start) / 1000,
    ...(returnPredictions && {
      predictions: predictionsOf(tests, count, estimator) as PredictionOf<M>[],
    }),
  });
  return withPlan([candidate], x, y, common, async (plan) => {
    const { rows } = plan.rows.x;
    if (returnPredictions && !testsEveryRowOnce(plan.folds, rows)) {
      throw new RangeError(
        '`returnPredictions` must be left out if `folds` do not test every row once. Received: true.',
      );
    }
    const onTested = (fold: number, tested: TestedRows) => {
      if (returnPredictions) tests.push({ test: plan.folds[fold].test, rows: tested });
    };
    try {
      await scoreCandidates({ ...plan, onTested }, [candidate]);
    } catch (error) {
      if (options.signal?.aborted) throw new SelectionAbortedError(error, summary(rows));
      throw error;
    }
    if (candidate.error !== undefined) throw candidate.error;
    return summary(rows);
  });
}

/** An estimator with the same options. @throws TypeError if it is not an estimator. */
export function copyOf<M extends KernelModel>(estimator: M): M {
  if (typeof estimator?.clone === 'function') return estimator.clone();
  throw new TypeError(
    `\`estimator\` must be a kernel model, such as new KernelSVM(). Received: ${String(estimator)}.`,
  );
}

function predictionsOf(
  tests: readonly { test: Int32Array; rows: TestedRows }[],
  count: number,
  { options }: KernelModel,
): Prediction[] {
  const out = new Array<Prediction>(count);
  for (const { test, rows } of tests) {
    const { classes, predictions, units } = rows;
    const decoded = taskFor(options.task).decode(predictions, { units, classes });
    test.forEach((row, i) => {
      out[row] = decoded[i] as Prediction;
    });
  }
  return out;
}
