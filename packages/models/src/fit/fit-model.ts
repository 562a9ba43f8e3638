import type * as tfl from '@tensorflow/tfjs-layers';
import type { Dataset } from '../data/dataset.ts';
import { subset } from '../data/dataset.ts';
import type { Head } from '../data/head.ts';
import { arraySource, type RowSource, sparseSource } from '../data/row-source.ts';
import { featureLayers } from '../network/feature-layers.ts';
import { assemble, isLinear, layersOf, mapOf, readHead, withHead } from '../network/network.ts';
import { inBlocks } from '../network/rows-together.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Solution } from '../solvers/solver.ts';
import type { LinkWith } from '../tasks/task.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { calibrate, decidesByLink, isCalibrated, spread } from './calibrate.ts';
import { withChosenMap } from './choose-map.ts';
import { withChosenSolver } from './choose-solver.ts';
import type { FitRun } from './fit-head.ts';
import type { FitOptions, FitResult } from './fit-options.ts';
import type { Fitted } from './fitted.ts';
import { Monitor } from './monitor.ts';
import { settingsOf } from './settings.ts';
import { SharedFeatures } from './shared-features.ts';
import { staySparse } from './sparse-examples.ts';
import type { TrainingData } from './training-data.ts';

/** The signals that stop a fit. */
export interface FitSignals {
  /** Aborted when any of the others is, or the user's signal. */
  readonly signal: AbortSignal;
  /** Aborted when the model is disposed of; then nothing is kept. */
  readonly life: AbortSignal;
  /** Aborted with the error of a hook that was not awaited; the model does not change then. */
  readonly failure: AbortController;
}

/**
 * Fits a model: builds the network, trains it, calibrates it. The result is passed to `become`,
 * also if the signal aborts the training after it has begun.
 *
 * @throws the errors of the training; then only what `become` took is left.
 */
export async function fitModel(
  data: TrainingData,
  given: ResolvedOptions,
  fitOptions: FitOptions,
  { signal, life, failure }: FitSignals,
  become: (fitted: Fitted) => void,
): Promise<FitResult> {
  let options = given;
  const monitor = new Monitor<Head>(
    fitOptions,
    data.validates,
    taskFor(options.task).reportsAccuracy,
    { signal, failure },
  );
  const start = performance.now();
  let network: tfl.LayersModel | undefined;
  let solution: Solution | undefined;
  const finish = async (trained: tfl.LayersModel, found?: Solution, onEnd = async () => {}) => {
    const link = data.calibrated ?? (await lazyCalibration(data, options));
    await onEnd();
    life.throwIfAborted();
    const { classes, encoder, target } = data;
    const { loss, task, l2 = 0 } = options;
    const settings = settingsOf(mapOf(trained), options, found ?? { l2 });
    const whole = found?.ownHead ? withHead(trained, found.ownHead) : trained;
    if (whole !== trained) trained.dispose();
    network = undefined;
    solution = undefined;
    become({
      ...{ network: whole, classes, link, loss, task, settings, encoder, target },
      decidesByLink: decidesByLink(options),
      state: found?.state,
    });
  };
  try {
    await monitor.onFitBegin();
    const from = data.from?.();
    network = from?.network ?? (await buildNetwork(data, options, fitOptions, signal));
    if (from === undefined) options = chosenFor(network, data, options, fitOptions);
    const features = (performance.now() - start) / 1000;
    const run: FitRun = {
      epochs: fitOptions.epochs,
      batchSize: fitOptions.batchSize ?? options.batchSize,
      signal,
      monitor,
      head: from?.head,
      bias: data.bias,
    };
    solution = await data.solve(network, options, run);
    const { history, stopped, l2, seconds } = solution;
    const settings = settingsOf(mapOf(network), options, solution);
    const result = { history, stopped, l2, settings, seconds: { features, ...seconds } };
    // The hooks run before the model changes.
    await finish(network, solution, async () => {
      await monitor.onFitEnd(result);
      signal.throwIfAborted();
    });
    return result;
  } catch (error) {
    const isStopped = signal.aborted && error === signal.reason;
    const isAsked = isStopped && !life.aborted && !failure.signal.aborted;
    if (network !== undefined && monitor.hasLearned && isAsked) await finish(network, solution);
    throw error;
  } finally {
    network?.dispose();
    solution?.state?.dispose();
  }
}

/** The options with a solver for these rows under the map of the network. */
function chosenFor(
  network: tfl.LayersModel,
  { size, bias, sample }: TrainingData,
  options: ResolvedOptions,
  fitOptions: FitOptions,
): ResolvedOptions {
  const map = mapOf(network);
  const { width, isTrainable } = map;
  if (size === undefined || isTrainable) return options;
  const isSparse = staySparse(map, { x: sample }, numericsFor());
  return withChosenSolver(options, fitOptions, { ...size, width, units: bias.length, isSparse });
}

async function buildNetwork(
  { sample, size, bias, training }: TrainingData,
  options: ResolvedOptions,
  fitOptions: FitOptions,
  signal: AbortSignal,
): Promise<tfl.LayersModel> {
  const own = withChosenMap(options, fitOptions, size && { ...size, units: bias.length });
  const layers = await featureLayers(own, sample, signal, true, training);
  return assemble(layers, sample.rowShape, bias.length);
}

/** The bytes of rows that are kept until probabilities are requested. */
const KEPT_BYTES = 64 * 2 ** 20;

/**
 * Finds how a fitted model's scores become probabilities when they are first requested, from rows that
 * are kept until then, up to 64 MiB.
 */
export async function lazyCalibration(
  { calibration, validates: isHeldOut }: Pick<TrainingData, 'calibration' | 'validates'>,
  options: ResolvedOptions,
): Promise<Fitted['link']> {
  if (!isCalibrated(options)) {
    return async () => ({ link: options.loss.link, inverseTemperature: 1 });
  }
  const { x } = calibration;
  const bytes = 4 * x.rowShape.reduce((size, length) => size * length, 1);
  const perRow = x.numbersPerRow === undefined ? bytes : 8 * Math.max(1, x.numbersPerRow);
  const all = Int32Array.from({ length: x.rows }, (_, row) => row);
  const some = spread(all, Math.max(1, Math.floor(KEPT_BYTES / perRow)));
  const part = subset(calibration, some);
  let rows: Dataset | undefined = {
    ...part,
    targets: part.targets.slice(),
    x: await copyOf(part.x),
  };
  let found: Promise<LinkWith> | undefined;
  return ({ network, settings: { l2 }, state }) => {
    found ??= (async (data: Dataset) => {
      const signal = new AbortController().signal;
      const shared = SharedFeatures.of(network, signal);
      const picked = Int32Array.from({ length: data.x.rows }, (_, row) => row);
      try {
        const { head } = layersOf(network);
        const learned = isLinear(head) ? { head: await readHead(network) } : { layer: head };
        const source = { shared, rows: data, picked, isHeldOut, learned, l2, state };
        const isRepeated = !isHeldOut && options.solver.ridge === undefined;
        if (isRepeated) await shared.compute(data, options, () => {});
        return await calibrate(source, options, signal);
      } finally {
        shared.dispose();
        rows = undefined;
      }
    })(rows as Dataset);
    return found;
  };
}

/** The rows in memory of their own. */
async function copyOf(x: RowSource): Promise<RowSource> {
  const all = Int32Array.from({ length: x.rows }, (_, row) => row);
  if (x.takeSparse) return sparseSource(x.takeSparse(all));
  const width = x.rowShape.reduce((size, length) => size * length, 1);
  const values = new Float32Array(x.rows * width);
  for await (const { block, from } of inBlocks(x, x.rows)) {
    values.set(await block.data<'float32'>(), from * width);
  }
  return arraySource(values, [x.rows, ...x.rowShape]);
}
