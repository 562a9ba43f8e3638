import { classIndices } from '../data/class-indices.ts';
import { calibrationRows } from '../fit/calibrate.ts';
import type { Prepared } from '../fit/prepare.ts';
import { valuesOf } from '../numerics/picked.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Head } from '../solvers/solver.ts';
import { fitInverseTemperature, probabilities } from '../tasks/probabilities.ts';
import { headScores } from './head-scores.ts';
import type { TestedRows } from './scorers.ts';
import type { SharedFeatures } from './shared-features.ts';

/**
 * What a scorer sees of a head's scores.
 *
 * @param rows all rows.
 * @param calibration rows on which probabilities are calibrated where the loss has none.
 */
export function testedRows(
  { scores, test, head }: { scores: Float32Array; test: Int32Array; head: Head },
  { rows, calibration }: { rows: Prepared; calibration: Int32Array },
  shared: SharedFeatures,
  { loss }: Pick<ResolvedOptions, 'loss'>,
  signal: AbortSignal,
): TestedRows {
  const { classes, indices, targets, units } = rows;
  if (classes === undefined || indices === undefined) {
    const truth = valuesOf(targets, test, units);
    return { truth, predictions: scores, decisions: scores, units, probabilities: noClasses };
  }
  const inverseTemperature = async () => {
    if (loss.link !== undefined) return 1;
    const some = calibrationRows(calibration.length).map((i) => calibration[i]);
    const examples = shared.examples(rows, some);
    try {
      const [trained] = await headScores([head], examples, shared.numerics, signal);
      const own = some.map((row) => indices[row]);
      return fitInverseTemperature(trained, units, own);
    } finally {
      examples.dispose();
    }
  };
  const isPair = classes.length === 2 && units === 2;
  return {
    classes,
    truth: test.map((row) => indices[row]),
    predictions: classIndices(scores, units),
    units: isPair ? 1 : units,
    decisions: isPair ? differences(scores) : scores,
    probabilities: async () => probabilities(scores, units, loss.link, await inverseTemperature()),
  };
}

const differences = (scores: Float32Array) =>
  Float32Array.from({ length: scores.length / 2 }, (_, i) => scores[2 * i + 1] - scores[2 * i]);

export async function noClasses(): Promise<never> {
  throw new RangeError('`scoring` must not ask for probabilities in a regression.');
}
