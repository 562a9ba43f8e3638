import {
  isKernelName,
  isShiftInvariantKernel,
  kernelByName,
  kernelNames,
  type ShiftInvariantKernel,
} from '@kernel-methods/features';
import { type Loss, lossByName } from '@kernel-methods/losses';
import type * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { describe } from './data/rows.ts';
import { LayerRecord } from './network/layer-record.ts';
import type { Solver } from './solvers/solver.ts';
import { isSolver, type SolverName, solverByName, solverNames } from './solvers/solver-by-name.ts';

/**
 * One step of a feature map: a kernel, by name or as an object, or any tfjs layer or model. (Those
 * of a model that was loaded are records of layers.)
 */
export type FeatureSpec = string | ShiftInvariantKernel | layers.Layer | LayerRecord;

/** How a kernel model is made and trained. Every option has a default. */
export interface KernelModelOptions {
  /**
   * The feature map: the name of a kernel ('gaussian', 'laplacian', …) or a kernel object, of which
   * random Fourier features are drawn; any tfjs layer, such as `randomFourierFeatures({ … })`, or a
   * model; or a list of these, one behind the other. Layers are a description: each `fit` works on
   * copies, with their weights where they are built. Those with weights that are trainable are
   * trained with the head, end to end; all others are frozen, and their features computed once.
   * Default `'gaussian'`.
   */
  features?: FeatureSpec | readonly FeatureSpec[];
  /** Number of random Fourier features of a kernel. Default 2048. */
  outputDim?: number;
  /**
   * Length scale of the kernels that have none of their own. Default: the median distance between
   * rows (of a seeded sample; in the L1 norm for 'laplacian').
   */
  scale?: number;
  /** The loss, or its name. */
  loss?: Loss | string;
  /** What `y` holds: classes or numbers. */
  task?: Task;
  /** The penalty: mean loss + (l2/2)‖W‖², the bias not penalized. Default: the solver's own. */
  l2?: number;
  /**
   * How the head is found: 'adam', 'sgd', 'direct', 'newton', or one of these with options,
   * `newton({ tolerance: 1e-3 })`. Default: 'direct' for the squared error, otherwise 'adam'.
   * 'fit' is 'adam' by tfjs operations over the whole network in every step.
   */
  solver?: SolverName | 'fit' | Solver;
  /** Makes the optimizer of one `fit`: trains the whole network in every step, by tfjs operations. */
  optimizer?: () => tf.Optimizer;
  /** Step size of 'adam' (default 1e-3) and of 'sgd', where they are given by name. */
  learningRate?: number;
  /** Passes over the training rows of 'adam' and 'sgd'. Default 20, or as many as make 2,000 steps. */
  epochs?: number;
  /** Rows a step. Default 128. */
  batchSize?: number;
  /** Seeds the frequencies of kernels, samples of rows, the head and the order of batches. Default 0. */
  seed?: number;
  /**
   * Bytes of features that may be kept; beyond it they are computed again in every pass. Default:
   * half of the memory that is free, at most 2 GiB.
   */
  memoryBudget?: number;
}

export type Task = 'classification' | 'regression';

/** The options with their defaults filled in. */
export interface ResolvedOptions {
  readonly features: FeatureSpec | readonly FeatureSpec[];
  readonly outputDim: number;
  readonly scale?: number;
  readonly loss: Loss;
  readonly task: Task;
  readonly l2?: number;
  readonly solver: Solver;
  /** Whether the whole network learns by tfjs operations, though its map is frozen. */
  readonly wholeNetwork: boolean;
  readonly optimizer?: () => tf.Optimizer;
  readonly epochs?: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly memoryBudget?: number;
}

/**
 * The options with defaults filled in; `loss` where none is chosen. They are checked before.
 *
 * @throws RangeError for a regression with a loss for classes, and a solver that cannot minimize
 * the loss.
 */
export function resolve(options: KernelModelOptions, loss: Loss): Readonly<ResolvedOptions> {
  const chosen = typeof options.loss === 'string' ? lossByName(options.loss) : options.loss;
  const used = chosen ?? loss;
  const { solver = defaultSolver(used, options), task = 'classification' } = options;
  const name = solver === 'fit' ? 'adam' : solver;
  const resolved: ResolvedOptions = {
    features: frozenFeatures(options.features ?? 'gaussian'),
    outputDim: options.outputDim ?? 2048,
    scale: options.scale,
    loss: used,
    task,
    l2: options.l2,
    solver:
      typeof name === 'string' ? solverByName(name, { learningRate: options.learningRate }) : name,
    wholeNetwork: solver === 'fit' || options.optimizer !== undefined,
    optimizer: options.optimizer,
    epochs: options.epochs,
    batchSize: options.batchSize ?? 128,
    seed: options.seed ?? 0,
    memoryBudget: options.memoryBudget,
  };
  require(task !== 'regression' ||
    used.coding ===
      'real', 'loss', 'must be one for numbers, such as meanSquaredError or huber, in a regression', used.name);
  resolved.solver.check(used);
  return Object.freeze(resolved);
}

/** Maps and optimizers that are trained, and whoever names a learning rate, mean mini-batches. */
function defaultSolver(loss: Loss, options: KernelModelOptions): SolverName {
  const { optimizer, learningRate, features } = options;
  const stochastic = optimizer !== undefined || learningRate !== undefined;
  const isTrainable = [features].flat().some((f) => isLayer(f) && isTrained(f));
  return loss.name === 'meanSquaredError' && !stochastic && !isTrainable ? 'direct' : 'adam';
}

/** A list of the user's may change. */
const frozenFeatures = (features: NonNullable<KernelModelOptions['features']>) =>
  Array.isArray(features) ? Object.freeze([...features]) : features;

/**
 * A layer that is not built has no weights yet. Those that will have any make them in a `build` of
 * their own; flatten, dropout, pooling and their like have only that of all layers.
 */
function isTrained(layer: layers.Layer | LayerRecord): boolean {
  if (layer instanceof LayerRecord) return layer.trainable;
  if (layer.built) return layer.trainableWeights.length > 0;
  return layer.trainable && layer.build !== layers.Layer.prototype.build;
}

const isLayer = (spec: unknown): spec is layers.Layer | LayerRecord =>
  spec instanceof layers.Layer || spec instanceof LayerRecord;

const KNOWN: Record<keyof KernelModelOptions, true> = {
  features: true,
  outputDim: true,
  scale: true,
  loss: true,
  task: true,
  l2: true,
  solver: true,
  optimizer: true,
  learningRate: true,
  epochs: true,
  batchSize: true,
  seed: true,
  memoryBudget: true,
};

/** All options by name. */
export const optionNames = Object.keys(KNOWN) as (keyof KernelModelOptions)[];

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkOptions(options: KernelModelOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Options must be an object. Received: ${describe(options)}.`);
  }
  const stranger = Object.keys(options).find((key) => !(key in KNOWN));
  if (stranger !== undefined) {
    throw new RangeError(
      `Options must be among ${Object.keys(KNOWN).join(', ')}. Received: ${stranger}.`,
    );
  }
  const { features, loss, task, solver } = options;
  const specs = features === undefined ? ['gaussian'] : [features].flat();
  require(specs.length > 0, 'features', 'must hold at least one map', 'an empty list');
  for (const spec of specs) {
    require(isFeatureSpec(
      spec,
    ), 'features', `must be a kernel (${kernelNames().join(', ')}, or an object), a layer such as randomFourierFeatures({ … }), or a list of these`, spec);
  }
  for (const name of ['outputDim', 'scale'] as const) {
    require(options[name] === undefined ||
      specs.some(
        (spec) => !isLayer(spec),
      ), name, 'belongs to a kernel; with a layer as `features` it is the layer that has it', options[
      name
    ]);
  }
  require(options.scale === undefined ||
    specs.some(
      (spec) => typeof spec === 'string' || (!isLayer(spec) && spec.scale === undefined),
    ), 'scale', 'must be left out where every kernel has its own', options.scale);
  require(solver === undefined ||
    solver === 'fit' ||
    solverNames.includes(solver as SolverName) ||
    isSolver(
      solver,
    ), 'solver', `must be one of ${solverNames.join(', ')}, fit, or made by one of these functions`, solver);
  require(options.optimizer === undefined ||
    [undefined, 'adam', 'sgd', 'fit'].includes(
      typeof solver === 'object' ? solver.name : solver,
    ), 'optimizer', 'belongs to mini-batches: leave it or `solver` out', typeof solver === 'object'
    ? solver.name
    : solver);
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
    'memoryBudget',
    (v) => Number.isFinite(v) && v >= 0,
    'must be a number of bytes, 0 or above',
  );
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

const isFeatureSpec = (spec: unknown): spec is FeatureSpec =>
  typeof spec === 'string'
    ? isKernelName(spec) && isShiftInvariantKernel(kernelByName(spec))
    : isLayer(spec) || isShiftInvariantKernel(spec);

const isLoss = (value: unknown) =>
  typeof value === 'function' && 'coding' in value && 'values' in value && 'gradient' in value;
