import { seed as checkSeed, knownOptions, optional } from '@kernel-methods/check';
import type { Label, Task } from '@kernel-methods/models';
import { type DrawnRows, farTask } from '@kernel-methods/models/far';
import { farMachines } from './far-machines.ts';
import { fingerprint, machinesFor } from './machines-for.ts';
import type { StepProgress } from './port.ts';
import { checkShards, type Shard } from './shard.ts';
import { checkShardOptions, type ShardOptions, shardOptionNames } from './shard-options.ts';

export interface SampleShardsOptions extends ShardOptions {
  /** What the targets are, by name or as `multilabel({ separator: ';' })`. Default 'regression'. */
  readonly task?: 'classification' | 'multilabel' | 'regression' | Task;
  /** The column of targets, if shards are tables. */
  readonly target?: string;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: StepProgress) => void;
}

/** Rows that were drawn from shards, in the form that `fit` takes, and what is known of all. */
export interface ShardSample extends Awaited<ReturnType<DrawnRows['sample']>> {
  /** The rows of all shards. */
  readonly rows: number;
  /** Σ of the weights of all rows. */
  readonly weight: number;
  /** All classes or labels, in ascending order; undefined in a regression. */
  readonly classes?: readonly Label[];
}

/**
 * Draws rows from all shards, each row equally likely, on the workers that listen at a Redis, or in this
 * process if there is no `connection`. It is the sample from which `distributedFit` learns scale, means,
 * landmarks, patches and encoders, if its estimator has the same seed: look at it, or choose the options of
 * a fit by it.
 *
 * Which rows are drawn depends on the seed and the shards only, not on the workers. The rows are in the
 * order of the shards.
 *
 * @throws ShardError that names a shard that fails; the signal's reason when aborted.
 *
 * @example
 * const shards = [0, 1].map((part) => ({ module: 'waves', function: 'rows', argument: part }));
 * const rows = (part) => [{ x: [[part], [part + 2]], y: [part, part + 2] }];
 * const options = { modules: { waves: { rows } }, sampleRows: 3 };
 * const { x, y, rows: all } = await sampleShards(shards, options);
 */
export async function sampleShards(
  shards: readonly Shard[],
  options: SampleShardsOptions = {},
): Promise<ShardSample> {
  checkShards(shards);
  checkOptions(options);
  const { task = 'regression', target, sampleRows = 10_000, seed = 0 } = options;
  const { signal = new AbortController().signal, onProgress, onSkip = () => {} } = options;
  const items = shards.length;
  const own = fingerprint(['sample', shards, task, target, sampleRows, seed]);
  const machines = await machinesFor(options, { shards, items, fingerprint: own });
  try {
    const far = farMachines({
      ...{ machines, shards: items, target, sampleRows, seed, onSkip },
      onStep: (_, progress) => onProgress?.(progress),
    });
    const drawn = await far.draw(farTask(task), signal);
    const { rows, weight } = drawn;
    const classes = await drawn.classes();
    return { ...(await drawn.sample()), rows, weight, ...(classes && { classes }) };
  } finally {
    await machines.close();
  }
}

const optionNames: readonly (keyof SampleShardsOptions)[] = [
  ...shardOptionNames,
  ...(['task', 'target', 'seed', 'signal', 'onProgress'] as const),
];

function checkOptions(options: SampleShardsOptions): void {
  knownOptions('Options', options, optionNames);
  const { task, seed } = options;
  if (task !== undefined) farTask(task);
  optional(checkSeed, 'seed', seed);
  checkShardOptions(options);
}
