import { knownOptions } from '@kernel-methods/check';
import type { FitProgress, KernelModel } from '@kernel-methods/models';
import {
  checkFitOptions,
  type FarFitOptions,
  farOptions,
  fitFar,
} from '@kernel-methods/models/far';
import { farMachines } from './far-machines.ts';
import { fingerprint, machinesFor } from './machines-for.ts';
import type { Step, StepProgress } from './port.ts';
import { checkShards, type Shard } from './shard.ts';
import { checkShardOptions, type ShardOptions, shardOptionNames } from './shard-options.ts';

/** The progress of a fit on many machines. */
export interface DistributedProgress extends FitProgress {
  readonly shards: number;
  readonly shardsDone: number;
  /** Rows of this step that workers went over, per second. */
  readonly rowsPerSecond: number;
  readonly workers: number;
}

export interface DistributedFitOptions extends Omit<FarFitOptions, 'onProgress'>, ShardOptions {
  readonly onProgress?: (progress: DistributedProgress) => void;
}

/**
 * Fits an estimator to rows that are described by shards, on the workers that listen at a Redis, or
 * in this process if there is no `connection`. The result is that of `fit` on all rows, up to
 * rounding.
 *
 * First all shards are read once, to count rows and classes and to draw a sample: maps that learn
 * (scale, standardize, Nyström, an encoder of tables) learn from it, and are then fixed. 'direct' takes
 * a second pass; every pass of 'newton' is a round over features that workers keep.
 *
 * A fit with a `name` goes on where it was, if its process died and calls this again.
 *
 * @throws ShardError that names a shard that fails; the signal's reason when aborted. Nothing is left
 * in Redis then.
 *
 * @example
 * const shards = [0, 1].map((part) => ({ module: 'waves', function: 'rows', argument: part }));
 * const rows = (part) => [{ x: [[part], [part + 2]], y: [part, part + 2] }];
 * const model = await distributedFit(new KernelRidge({ l2: 1e-6 }), shards, {
 *   modules: { waves: { rows } },
 * });
 * await model.predict([[1]]);
 */
export async function distributedFit<M extends KernelModel>(
  estimator: M,
  shards: readonly Shard[],
  options: DistributedFitOptions = {},
): Promise<M> {
  checkShards(shards);
  checkOptions(options);
  const settings = farOptions(estimator.options);
  const { sampleRows = 10_000, target, signal, onProgress, onSkip, modules, ...rest } = options;
  const own = fingerprintOf({ shards, sampleRows, target }, settings);
  const items = shards.length;
  const machines = await machinesFor(options, { shards, items, fingerprint: own });
  let latest = { shards: shards.length, shardsDone: 0, rowsPerSecond: 0, workers: 0 };
  let total = Number.NaN;
  const watch = stopwatch();
  const onStep = (step: Step, { done, items, rows, workers }: StepProgress) => {
    const seconds = watch(step.name);
    const rowsPerSecond = seconds > 0 ? rows / seconds : 0;
    latest = { shards: items, shardsDone: done, rowsPerSecond, workers };
    if (step.work.kind === 'draw') total = rows;
    const phase = step.work.kind === 'draw' ? 'features' : 'train';
    const steps = step.work.kind === 'draw' ? Number.NaN : total;
    onProgress?.({ phase, epoch: 1, epochs: 1, step: rows, steps, ...latest });
  };
  const far = farMachines({
    ...{ machines, shards: shards.length, target, sampleRows, seed: settings.seed, onStep },
    onSkip: onSkip ?? (() => {}),
  });
  try {
    const { validationData, onEpochEnd, callbacks, verbose } = rest;
    await fitFar(estimator, far, {
      ...{ target, signal, validationData, onEpochEnd, callbacks, verbose },
      onProgress: (progress) => {
        if (progress.phase === 'solve' || progress.phase === 'validate') {
          onProgress?.({ ...progress, ...latest });
        }
      },
    });
    return estimator;
  } finally {
    await machines.close();
  }
}

const optionNames: readonly (keyof DistributedFitOptions)[] = [
  ...shardOptionNames,
  ...(['target', 'signal', 'onProgress', 'validationData'] as const),
  ...(['onEpochEnd', 'callbacks', 'verbose'] as const),
];

function checkOptions(options: DistributedFitOptions): void {
  knownOptions('Options', options, optionNames);
  checkShardOptions(options);
  const { validationData, onEpochEnd, callbacks, verbose } = options;
  checkFitOptions({ validationData, onEpochEnd, callbacks, verbose }, 'stream');
}

/** Tells a fit from others of its name. */
function fingerprintOf(
  given: object,
  { task, loss, solver, outputDim, seed, scale, l2, features }: ReturnType<typeof farOptions>,
): string {
  const names = [task, loss.name, solver.name, solver.config, outputDim, seed, scale, l2];
  const map = typeof features === 'string' ? features : '';
  return fingerprint([given, names, map]);
}

/** Seconds since a name was new. */
function stopwatch(): (name: string) => number {
  let [known, start] = ['', 0];
  return (name) => {
    if (name !== known) [known, start] = [name, performance.now()];
    return (performance.now() - start) / 1000;
  };
}
