import type * as tfl from '@tensorflow/tfjs-layers';
import { subset } from '../data/dataset.ts';
import type { Head } from '../data/head.ts';
import { withChosenSolver } from '../fit/choose-solver.ts';
import { solveHead, startingHead } from '../fit/fit-head.ts';
import { learnedScores } from '../fit/head-scores.ts';
import { Monitor } from '../fit/monitor.ts';
import { splitAt } from '../fit/prepare.ts';
import { settingsOf } from '../fit/settings.ts';
import type { SharedFeatures } from '../fit/shared-features.ts';
import { disposeLayers, layerOf } from '../network/network.ts';
import type { SharedWork } from '../solvers/shared-work.ts';
import type { Solution } from '../solvers/solver.ts';
import type { TestedRows } from '../tasks/scorer.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import {
  type Candidate,
  type CrossValidationPlan,
  optionsOf,
  rowsFor,
  weightsFor,
} from './plan.ts';
import { testedRows } from './tested-rows.ts';
import type { WarmStarts } from './warm-starts.ts';

/** What the candidates with the same map share. */
interface Common {
  readonly shared: SharedFeatures;
  readonly starts: WarmStarts;
  /** The shared work of this fold. */
  readonly sharedWork: SharedWork;
}

/** Fits the head of a candidate on a fold's rows, over features that are shared, and tests it. */
export async function headFold(
  plan: CrossValidationPlan,
  candidate: Candidate,
  fold: number,
  { shared, starts, sharedWork }: Common,
): Promise<TestedRows> {
  const { fitOptions, signal } = plan;
  const { train, test } = plan.folds[fold];
  const given = optionsOf(candidate);
  const task = taskFor(given.task);
  const rows = rowsFor(plan, given);
  const split = splitAt(train.length, fitOptions.validationSplit);
  const pick = ({ from, count }: { from: number; count: number }) =>
    train.subarray(from, from + count);
  const [trained, kept] = [pick(split.trained), split.kept && pick(split.kept)];
  const weights = await weightsFor(plan, trained);
  const training = shared.examples(rows, trained, weights);
  const validation = kept && shared.examples(rows, kept);
  const testing = shared.examples(rows, test);
  const options = withChosenSolver(given, fitOptions, training);
  let solution: Solution | undefined;
  let layer: tfl.layers.Layer | undefined;
  try {
    const monitor = new Monitor<Head>(fitOptions, kept !== undefined, task.reportsAccuracy, {
      signal,
      failure: new AbortController(),
    });
    await monitor.onFitBegin();
    const bias = task.startingBias(subset(rows, trained), weights);
    const head =
      starts.from(candidate, fold, training.width, bias.length) ??
      startingHead(options, training.width, bias);
    const { epochs, batchSize = options.batchSize } = fitOptions;
    const run = { epochs, batchSize, signal, monitor, bias, sharedWork };
    solution = await solveHead(head, training, validation, options, run, shared.numerics);
    starts.keep(candidate, fold, head);
    const { history, stopped, l2, seconds } = solution;
    const settings = settingsOf(shared.map, options, solution);
    await monitor.onFitEnd({
      history,
      stopped,
      l2,
      settings,
      seconds: { features: 0, ...seconds },
    });
    layer = solution.ownHead && layerOf(solution.ownHead);
    const learned = { head, layer };
    const scores = await learnedScores(learned, testing, shared.numerics, signal);
    const all = { ...rows, weights: spreadWeights(rows.x.rows, trained, weights) };
    const isHeldOut = kept !== undefined;
    const by = { rows: all, picked: kept ?? trained, isHeldOut, l2, state: solution.state };
    return await testedRows({ scores, test, learned }, by, shared, options, signal);
  } finally {
    if (layer) disposeLayers([layer]);
    solution?.state?.dispose();
    for (const examples of [training, validation, testing]) examples?.dispose();
  }
}

/** The weights of some rows, at their places among all rows. */
function spreadWeights(rows: number, picked: Int32Array, weights: Float32Array | undefined) {
  if (weights === undefined) return undefined;
  const all = new Float32Array(rows).fill(1);
  picked.forEach((row, i) => {
    all[row] = weights[i];
  });
  return all;
}
