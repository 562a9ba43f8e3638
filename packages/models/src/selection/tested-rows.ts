import { type Dataset, subset } from '../data/dataset.ts';
import type { Head } from '../data/head.ts';
import { calibrate } from '../fit/calibrate.ts';
import { encodedOf } from '../fit/prepare.ts';
import type { ResolvedOptions } from '../options.ts';
import type { TestedRows } from '../tasks/scorers.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { headScores } from './head-scores.ts';
import type { SharedFeatures } from './shared-features.ts';

/**
 * What a scorer sees of a head's scores.
 *
 * @param rows all rows.
 * @param calibration rows on which probabilities are calibrated where the loss has none.
 */
export function testedRows(
  { scores, test, head }: { scores: Float32Array; test: Int32Array; head: Head },
  { rows, calibration }: { rows: Dataset; calibration: Int32Array },
  shared: SharedFeatures,
  options: Pick<ResolvedOptions, 'task' | 'loss'>,
  signal: AbortSignal,
): TestedRows {
  const task = taskFor(options.task);
  const { link } = options.loss;
  const { classes, units } = rows;
  const { data: decisions, shape } = task.decisions(scores, { units, classes });
  const scoresOn = async (picked: Int32Array) => {
    const some = picked.map((i) => calibration[i]);
    const examples = shared.examples(rows, some);
    try {
      return (await headScores([head], examples, shared.numerics, signal))[0];
    } finally {
      examples.dispose();
    }
  };
  return {
    classes,
    truth: task.truth(encodedOf(subset(rows, test))),
    predictions: task.decide(scores, units),
    units: shape[1] ?? 1,
    decisions,
    async probabilities() {
      if (task.probabilities === undefined) return noClasses();
      const inverseTemperature = await calibrate(subset(rows, calibration), options, scoresOn);
      return task.probabilities(scores, units, { link, inverseTemperature });
    },
  };
}

export async function noClasses(): Promise<never> {
  throw new RangeError('`scoring` must not ask for probabilities in a regression.');
}
