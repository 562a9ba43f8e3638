import { inTurns, type Steps } from '@kernel-methods/simd';
import type * as tfl from '@tensorflow/tfjs-layers';
import { calibrationByName } from '../calibration/method-by-name.ts';
import { temperature } from '../calibration/temperature.ts';
import { classIndices } from '../data/class-indices.ts';
import { type Dataset, subset } from '../data/dataset.ts';
import type { Head } from '../data/head.ts';
import { disposeLayers, layerOf } from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { RidgePosterior } from '../ridge/posterior.ts';
import type { Solution, SolverState } from '../solvers/solver.ts';
import type { LinkWith } from '../tasks/task.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { solveHead, startingHead } from './fit-head.ts';
import { type Learned, learnedScores } from './head-scores.ts';
import { Monitor } from './monitor.ts';
import { encodedOf } from './prepare.ts';
import type { SharedFeatures } from './shared-features.ts';

/** The number of rows that is enough to fit one number, or a curve. */
const CALIBRATION_ROWS = 2000;

/** The data for the calibration of probabilities. */
export interface CalibrationSource {
  readonly shared: SharedFeatures;
  /** All rows whose features `shared` has. */
  readonly rows: Dataset;
  /** The rows to calibrate on. */
  readonly picked: Int32Array;
  /** Whether the head was not trained on them. */
  readonly isHeldOut: boolean;
  /** The fitted head, and the penalty it was fitted with. */
  readonly learned: Learned;
  readonly l2: number;
  /** The sums over the rows that the head was trained on, if its solver computes them. */
  readonly state?: SolverState;
}

/** Whether anything is to be found on rows: a link that the loss does not have, or thresholds. */
export const isCalibrated = ({ task, loss, calibrate }: CalibrationOptions): boolean => {
  const { calibrate: sharpness, thresholds } = taskFor(task);
  const hasLink = loss.link !== undefined && calibrate === undefined;
  return (sharpness !== undefined && !hasLink) || thresholds !== undefined;
};

/** Whether probabilities decide, because their order or their threshold is not that of scores. */
export const decidesByLink = ({ task, calibrate }: CalibrationOptions): boolean =>
  taskFor(task).thresholds !== undefined ||
  (calibrate !== undefined && calibrationByName(calibrate).reorders);

type CalibrationOptions = Pick<ResolvedOptions, 'task' | 'loss' | 'calibrate'>;

/**
 * How the scores of a classifier become probabilities. Where the option `calibrate` names no other
 * way, it is the link of the loss, or else the sharpness `a` with the greatest likelihood of
 * softmax(a·f) on rows that the head was not trained on. The thresholds of the task are chosen on the
 * same rows.
 *
 * These are the scores of held-out rows if there are any. For ridge regression they are each row's
 * score by the head that leaves it out, in closed form. Otherwise they come from cross-validation
 * with the same solver and penalty: 5 folds up to 1,000 rows, 3 up to 5,000; with more rows one
 * fifth is held out.
 *
 * Guo et al., "On calibration of modern neural networks", ICML 2017; Platt, "Probabilistic outputs
 * for support vector machines", 1999 (the smoothed targets, and why training rows cannot be used).
 */
export async function calibrate(
  source: CalibrationSource,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<LinkWith> {
  const given = { link: options.loss.link, inverseTemperature: 1 };
  if (!isCalibrated(options)) return given;
  const { picked, scores } = await unseenScores(source, options, signal);
  return inTurns(linkSteps(scores, subset(source.rows, picked), options), signal);
}

function* linkSteps(
  scores: Float32Array,
  rows: Dataset,
  { task: named, loss, calibrate: way }: ResolvedOptions,
): Steps<LinkWith> {
  const task = taskFor(named);
  const { units, targets } = rows;
  const encoded = encodedOf(rows);
  const method = way === undefined ? temperature : calibrationByName(way);
  const sharpness = () => task.calibrate?.(scores, units, encoded) ?? 1;
  const link: LinkWith =
    way === undefined && loss.link !== undefined
      ? { link: loss.link, inverseTemperature: 1 }
      : {
          ...(yield* method.steps({ scores, units, targets, sharpness })),
          ...(way !== undefined && { by: way }),
        };
  if (task.thresholds === undefined) return link;
  const probabilities = task.probabilities?.(scores, units, link) ?? scores;
  return { ...link, thresholds: yield* task.thresholds(probabilities, units, encoded) };
}

/** Scores of rows by heads that were not trained on them. */
async function unseenScores(
  source: CalibrationSource,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<{ picked: Int32Array; scores: Float32Array }> {
  const { shared, rows, learned, state, isHeldOut } = source;
  if (!isHeldOut && !(state instanceof RidgeAccumulator)) {
    return crossValidatedScores(source, options, signal);
  }
  const picked = spread(source.picked, CALIBRATION_ROWS);
  const examples = shared.examples(rows, picked);
  try {
    const scores = await learnedScores(learned, examples, shared.numerics, signal);
    if (!isHeldOut) {
      const z = await shared.read(rows, picked);
      await inTurns(leaveOut(scores, z, source, picked), signal);
    }
    return { picked, scores };
  } finally {
    examples.dispose();
  }
}

/** Replaces the score f of each row by that of the head without the row, y − (y − f)/(1 − h). */
function* leaveOut(
  scores: Float32Array,
  z: Float32Array,
  { rows, l2, state }: CalibrationSource,
  picked: Int32Array,
): Steps<void> {
  // Without a penalty the inverse may not exist; a tiny penalty does not change the leverages.
  const options = { l2: l2 || 1e-12, noise: 0 };
  const posterior = yield* RidgePosterior.steps(state as RidgeAccumulator, options);
  try {
    const { units, targets, weights } = rows;
    const leverages = yield* posterior.leverages(z);
    leverages.forEach((leverage, i) => {
      const row = picked[i];
      // If a row alone determines its fit, there is no fit without it, and the difference would be
      // rounding.
      const left = Math.max(1e-6, 1 - (weights?.[row] ?? 1) * leverage);
      for (let u = 0; u < units; u++) {
        const y = targets[row * units + u];
        scores[i * units + u] = y - (y - scores[i * units + u]) / left;
      }
    });
  } finally {
    posterior.dispose();
  }
}

async function crossValidatedScores(
  { shared, rows, picked, l2 }: CalibrationSource,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<{ picked: Int32Array; scores: Float32Array }> {
  const { units, weights } = rows;
  const task = taskFor(options.task);
  const foldOf = dealtFolds(rows, picked);
  const folds = picked.length > 5000 ? 1 : picked.length > 1000 ? 3 : 5;
  const tested: number[] = [];
  const scores: Float32Array[] = [];
  const monitor = new Monitor<Head>({}, false, false);
  for (let fold = 0; fold < folds; fold++) {
    const mod = folds === 3 ? 3 : 5;
    const test = picked.filter((_, i) => foldOf[i] % mod === fold);
    const train = picked.filter((_, i) => foldOf[i] % mod !== fold);
    const own = weights && Float32Array.from(train, (row) => weights[row]);
    if (test.length === 0 || train.length === 0 || own?.every((s) => s === 0)) continue;
    const training = shared.examples(rows, train, own);
    const testing = shared.examples(rows, test);
    let solution: Solution | undefined;
    let layer: tfl.layers.Layer | undefined;
    try {
      const bias = task.startingBias(subset(rows, train), own);
      const head = startingHead(options, training.width, bias);
      const run = { batchSize: options.batchSize, signal, monitor, bias };
      const resolved = { ...options, l2 };
      solution = await solveHead(head, training, undefined, resolved, run, shared.numerics);
      layer = solution.ownHead && layerOf(solution.ownHead);
      scores.push(await learnedScores({ head, layer }, testing, shared.numerics, signal));
      tested.push(...test);
    } finally {
      if (layer) disposeLayers([layer]);
      solution?.state?.dispose();
      training.dispose();
      testing.dispose();
    }
  }
  const all = new Float32Array(tested.length * units);
  let at = 0;
  for (const part of scores) {
    all.set(part, at);
    at += part.length;
  }
  return { picked: Int32Array.from(tested), scores: all };
}

/**
 * A number for each row that counts up within its class, so that each fold gets its share of every
 * class.
 */
function dealtFolds({ indices, targets, units }: Dataset, picked: Int32Array): Int32Array {
  const classes = indices ?? classIndices(targets, units);
  const next = new Map<number, number>();
  let classesSeen = 0;
  return picked.map((row) => {
    const c = classes[row];
    const count = next.get(c) ?? classesSeen++;
    next.set(c, count + 1);
    return count;
  });
}

/** A given number of the rows, evenly spread, since they may be sorted by class. */
export function spread(picked: Int32Array, count: number): Int32Array {
  const step = Math.max(1, picked.length / count);
  return Int32Array.from(
    { length: Math.min(count, picked.length) },
    (_, i) => picked[Math.floor(i * step)],
  );
}
