import { subset } from '../data/dataset.ts';
import { type CalibrationSource, calibrate, decidesByLink } from '../fit/calibrate.ts';
import type { Learned } from '../fit/head-scores.ts';
import { encodedOf } from '../fit/prepare.ts';
import type { SharedFeatures } from '../fit/shared-features.ts';
import type { ResolvedOptions } from '../options.ts';
import type { TestedRows } from '../tasks/scorer.ts';
import type { LinkWith } from '../tasks/task.ts';
import { taskFor } from '../tasks/task-by-name.ts';

/**
 * The input of a scorer, from a head's scores.
 *
 * @param by the data that calibrates probabilities, if the loss has none.
 */
export async function testedRows(
  { scores, test, learned }: { scores: Float32Array; test: Int32Array; learned: Learned },
  by: Omit<CalibrationSource, 'shared' | 'learned'>,
  shared: SharedFeatures,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<TestedRows> {
  const task = taskFor(options.task);
  const { rows } = by;
  const { classes, units } = rows;
  let found: Promise<LinkWith> | undefined;
  const link = () => {
    found ??= calibrate({ ...by, shared, learned }, options, signal);
    return found;
  };
  const { data: decisions, shape } = task.decisions(scores, { units, classes });
  return {
    ...{ classes, loss: options.loss },
    truth: task.truth(encodedOf(subset(rows, test))),
    predictions: task.decide(scores, units, decidesByLink(options) ? await link() : undefined),
    units: shape[1] ?? 1,
    decisions,
    async probabilities() {
      if (task.probabilities === undefined) return noClasses();
      return task.probabilities(scores, units, await link());
    },
  };
}

export async function noClasses(): Promise<never> {
  throw new RangeError('`scoring` must not ask for probabilities in a regression.');
}
