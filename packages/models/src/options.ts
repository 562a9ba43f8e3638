import { type Loss, lossByName } from '@kernel-methods/losses';
import type * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { describe } from './rows.ts';

/** How a kernel model is made and trained. Every option has a default. */
export interface KernelModelOptions {
  /**
   * The feature map: a layer such as `randomFourierFeatures({ outputDim: 4096, scale: 10 })`, or
   * the name of a kernel, of which random Fourier features are drawn. The layer is a description:
   * each `fit` trains a copy of its own. Default `'gaussian'`.
   */
  features?: layers.Layer | 'gaussian' | 'laplacian';
  /** Number of features, where `features` is a name. Default 2048. */
  outputDim?: number;
  /** Length scale of the kernel, where `features` is a name. Default: the kernel's own. */
  scale?: number;
  /** The loss, or its name. */
  loss?: Loss | string;
  /** What `y` holds: classes or numbers. */
  task?: Task;
  /** The penalty: mean loss + (l2/2)‖W‖², the bias not penalized. Default 0. */
  l2?: number;
  /**
   * How the weights are found. 'adam' (the default): the features of a map that is not trained are
   * computed once and kept, and the head alone learns; a map that is trained, or features that do
   * not fit into memory, learn as 'fit' does: the whole network, in every step, by tfjs operations.
   */
  solver?: 'adam' | 'fit';
  /** Makes the optimizer of one `fit`, which the solver 'fit' then uses. Default: Adam with `learningRate`. */
  optimizer?: () => tf.Optimizer;
  /** Adam's step size. Default 1e-3. */
  learningRate?: number;
  /** Passes over the training rows. Default 20. */
  epochs?: number;
  /** Rows a step. Default 128. */
  batchSize?: number;
  /** Seeds the frequencies (where `features` is a name), the head and the order of batches. Default 0. */
  seed?: number;
}

export type Task = 'classification' | 'regression';

/** The options with their defaults filled in. */
export type ResolvedOptions = Required<Omit<KernelModelOptions, 'scale' | 'optimizer' | 'loss'>> & {
  loss: Loss;
} & Pick<KernelModelOptions, 'scale' | 'optimizer'>;

const DEFAULTS = {
  features: 'gaussian',
  outputDim: 2048,
  task: 'classification',
  solver: 'adam',
  l2: 0,
  learningRate: 1e-3,
  epochs: 20,
  batchSize: 128,
  seed: 0,
} as const;

/**
 * The options with defaults filled in; `loss` where none is chosen. They are checked before.
 *
 * @throws RangeError for a regression with a loss for classes.
 */
export function resolve(options: KernelModelOptions, loss: Loss): Readonly<ResolvedOptions> {
  const given = Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined));
  const chosen = typeof options.loss === 'string' ? lossByName(options.loss) : options.loss;
  const resolved: ResolvedOptions = { ...DEFAULTS, ...given, loss: chosen ?? loss };
  require(resolved.task !== 'regression' ||
    resolved.loss.coding ===
      'real', 'loss', 'must be one for numbers, such as meanSquaredError or huber, in a regression', resolved
    .loss.name);
  return Object.freeze(resolved);
}

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkOptions(options: KernelModelOptions): void {
  const { features, loss, task } = options;
  const named = features === undefined || typeof features === 'string';
  require(named
    ? [undefined, 'gaussian', 'laplacian'].includes(features)
    : features instanceof
        layers.Layer, 'features', "must be 'gaussian', 'laplacian' or a layer such as randomFourierFeatures({ … })", features);
  for (const name of ['outputDim', 'scale'] as const) {
    require(named ||
      options[name] ===
        undefined, name, 'belongs to a kernel name; with a layer as `features` it is the layer that has it', options[
      name
    ]);
  }
  require(loss === undefined ||
    typeof loss === 'string' ||
    isLoss(loss), 'loss', 'must be a loss of @kernel-methods/losses or its name', loss);
  require(options.optimizer === undefined ||
    typeof options.optimizer ===
      'function', 'optimizer', 'must be a function that makes one, such as () => tf.train.sgd(0.1), since each `fit` uses its own', options.optimizer);
  require([undefined, 'classification', 'regression'].includes(
    task,
  ), 'task', "must be 'classification' or 'regression'", task);
  for (const name of ['outputDim', 'epochs', 'batchSize'] as const) {
    requireNumber(
      options,
      name,
      (v) => Number.isSafeInteger(v) && v > 0,
      'must be a whole number, 1 or above',
    );
  }
  for (const name of ['scale', 'learningRate'] as const) {
    requireNumber(
      options,
      name,
      (v) => Number.isFinite(v) && v > 0,
      'must be a positive finite number',
    );
  }
  requireNumber(
    options,
    'l2',
    (v) => Number.isFinite(v) && v >= 0,
    'must be a finite number, 0 or above',
  );
  requireNumber(
    options,
    'seed',
    (v) => Number.isSafeInteger(v) && v >= 0,
    'must be a safe integer, 0 or above',
  );
}

/** Refuses an option of a number that breaks its rule; undefined is the default and passes. */
export function requireNumber<K extends string>(
  options: { readonly [key in K]?: unknown },
  name: K,
  holds: (value: number) => boolean,
  rule: string,
): void {
  const value = options[name];
  require(value === undefined || (typeof value === 'number' && holds(value)), name, rule, value);
}

function require(holds: boolean, name: string, rule: string, value: unknown): void {
  if (holds) return;
  const shown = typeof value === 'object' ? describe(value) : String(value);
  throw new RangeError(`\`${name}\` ${rule}. Received: ${shown}.`);
}

const isLoss = (value: unknown) =>
  typeof value === 'function' && 'coding' in value && 'values' in value && 'gradient' in value;
