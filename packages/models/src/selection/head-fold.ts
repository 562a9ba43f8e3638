import { solveHead, startingHead } from '../fit/fit-head.ts';
import { Monitor } from '../fit/monitor.ts';
import { part, startingBias } from '../fit/prepare.ts';
import type { Head, Solution } from '../solvers/solver.ts';
import { headScores } from './head-scores.ts';
import type { TestedRows } from './scorers.ts';
import type { SharedFeatures } from './shared-features.ts';
import { type Candidate, optionsOf, rowsFor, type Study, weightsFor } from './study.ts';
import { testedRows } from './tested-rows.ts';

/** Fits the head of a candidate on a fold's rows, over features that are shared, and tests it. */
export async function headFold(
  study: Study,
  candidate: Candidate,
  shared: SharedFeatures,
  fold: number,
): Promise<TestedRows> {
  const { fitOptions, signal } = study;
  const { train, test } = study.folds[fold];
  const options = optionsOf(candidate);
  const rows = rowsFor(study, options);
  const { trained, kept } = splitOff(train, fitOptions.validationSplit);
  const weights = weightsFor(study, trained);
  const training = shared.examples(rows, trained, weights);
  const validation = kept && shared.examples(rows, kept);
  const testing = shared.examples(rows, test);
  let solution: Solution | undefined;
  try {
    const monitor = new Monitor<Head>(fitOptions, kept !== undefined, rows.classes !== undefined);
    await monitor.onFitBegin();
    const bias = startingBias({ ...part(rows, trained), weights }, options.task);
    const head = startingHead(options, training.width, bias);
    const { epochs, batchSize = options.batchSize } = fitOptions;
    const run = { epochs, batchSize, signal, monitor, bias };
    solution = await solveHead(head, training, validation, options, run, shared.numerics);
    const { history, stopped, l2, seconds } = solution;
    await monitor.onFitEnd({ history, stopped, l2, seconds: { features: 0, ...seconds } });
    const [scores] = await headScores([head], testing, shared.numerics, signal);
    const by = { rows, calibration: kept ?? trained };
    return testedRows({ scores, test, head }, by, shared, options, signal);
  } finally {
    solution?.state?.dispose();
    for (const examples of [training, validation, testing]) examples?.dispose();
  }
}

/** The last rows for validation, as `fit` has it. */
function splitOff(train: Int32Array, validationSplit = 0) {
  if (validationSplit === 0) return { trained: train };
  const count = Math.floor(train.length * (1 - validationSplit));
  if (count === 0 || count === train.length) {
    throw new RangeError(
      `\`validationSplit\` must leave a row to train on and one to validate on, of ${train.length}. Received: ${validationSplit}.`,
    );
  }
  return { trained: train.subarray(0, count), kept: train.subarray(count) };
}
