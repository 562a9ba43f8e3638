import {
  checkThat,
  didYouMean,
  kindOf,
  knownOptions,
  nonNegativeFinite,
  oneOf,
  optional,
  positiveFloat32,
  positiveInteger,
  rangeError,
  seed,
  shown,
} from '@kernel-methods/check';
import { lossNames } from '@kernel-methods/losses';
import type { TableEncoder } from '@kernel-methods/tables';
import { calibrationNames } from './calibration/method-by-name.ts';
import { checkFeatureSpec, isLayer, stepsOf } from './network/feature-spec.ts';
import type { KernelModelOptions } from './options.ts';
import { nameHint } from './runtime/foreign-names.ts';
import { isSolver, solverByName, solverNames } from './solvers/solver-by-name.ts';
import { isTask, isTaskName, taskNames } from './tasks/task-by-name.ts';

const KNOWN: Record<keyof KernelModelOptions, true> = {
  features: true,
  outputDim: true,
  scale: true,
  standardize: true,
  loss: true,
  task: true,
  calibrate: true,
  l2: true,
  solver: true,
  optimizer: true,
  learningRate: true,
  epochs: true,
  batchSize: true,
  seed: true,
  memoryBudget: true,
  encoder: true,
};

/** All options by name. */
export const optionNames = Object.keys(KNOWN) as (keyof KernelModelOptions)[];

/** Options of `fit` that are not options of the model. */
const BELONGS_TO_FIT = Object.fromEntries(
  (
    ['sampleWeight', 'classWeight', 'validationSplit', 'validationData', 'earlyStopping'] as const
  ).map((name) => [name, `\`${name}\`, an option of \`fit\``]),
);

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkOptions(options: KernelModelOptions): void {
  knownOptions('Options', options, optionNames, (key) =>
    nameHint('option', key, optionNames, BELONGS_TO_FIT),
  );
  const { features = 'gaussian', loss, task, solver } = options;
  checkFeatureSpec(features);
  const specs = stepsOf(features);
  for (const name of ['outputDim', 'scale'] as const) {
    checkThat(
      options[name] === undefined || specs.some((spec) => !isLayer(spec)),
      name,
      'belongs to a kernel; with a layer as `features` it is the layer that has it',
      options[name],
    );
  }
  checkThat(
    options.scale === undefined ||
      specs.some(
        (spec) => typeof spec === 'string' || (!isLayer(spec) && spec.scale === undefined),
      ),
    'scale',
    'must be left out if every kernel has its own',
    options.scale,
  );
  checkSolver(solver);
  const chosen = typeof solver === 'string' && solver !== 'fit' ? solverByName(solver, {}) : solver;
  checkThat(
    options.optimizer === undefined || typeof chosen !== 'object' || 'networkOptimizer' in chosen,
    'optimizer',
    'belongs to mini-batches: leave it or `solver` out',
    typeof chosen === 'object' ? chosen.name : chosen,
  );
  checkLoss(loss);
  checkThat(
    options.optimizer === undefined || typeof options.optimizer === 'function',
    'optimizer',
    'must be a function that makes one, such as () => tf.train.sgd(0.1), since each `fit` uses its own',
    options.optimizer,
  );
  checkTask(task);
  optional(
    (name: string, value: unknown) => oneOf(name, value, calibrationNames),
    'calibrate',
    options.calibrate,
  );
  for (const name of ['outputDim', 'epochs', 'batchSize'] as const) {
    optional(positiveInteger, name, options[name]);
  }
  for (const name of ['scale', 'learningRate'] as const) {
    optional(positiveFloat32, name, options[name]);
  }
  const { memoryBudget, standardize, encoder } = options;
  checkThat(
    encoder === undefined || isEncoder(encoder),
    'encoder',
    'must be a table encoder, as `tableEncoder()` makes one',
    encoder,
  );
  checkThat(
    standardize === undefined || standardize === 'auto' || typeof standardize === 'boolean',
    'standardize',
    "must be true, false or 'auto'",
    standardize,
  );
  const isBudget = Number.isFinite(memoryBudget) && (memoryBudget as number) >= 0;
  checkThat(
    memoryBudget === undefined || isBudget,
    'memoryBudget',
    'must be a number of bytes, 0 or above',
    memoryBudget,
  );
  optional(nonNegativeFinite, 'l2', options.l2);
  optional(seed, 'seed', options.seed);
}

function checkSolver(solver: unknown): void {
  const names: readonly unknown[] = [...solverNames, 'fit'];
  if (solver === undefined || names.includes(solver) || isSolver(solver)) return;
  const rule = `be one of ${names.join(', ')}, or made by one of these functions`;
  throw rangeError('solver', rule, shown(solver), didYouMean(solver, names as string[]));
}

function checkTask(task: unknown): void {
  if (task === undefined || isTaskName(task) || isTask(task)) return;
  if (typeof task !== 'object' || task === null) oneOf('task', task, taskNames);
  const rule = 'have what `classification` has: encode, code, decide, decode, evaluate and more';
  throw rangeError('task', rule, kindOf(task));
}

/** @throws RangeError unless it is a loss, or the name of one, or left out. */
function checkLoss(loss: unknown): void {
  const names = lossNames();
  if (typeof loss !== 'string') {
    const rule = 'must be a loss of @kernel-methods/losses or its name';
    checkThat(loss === undefined || isLoss(loss), 'loss', rule, loss);
  } else if (!names.includes(loss)) {
    const rule = `be one of ${names.join(', ')}, or a loss made by \`defineLoss\``;
    throw rangeError('loss', rule, shown(loss), nameHint('loss', loss, names));
  }
}

const isEncoder = (value: unknown) =>
  (['clone', 'fitTransform', 'transform', 'toJSON'] as const).every(
    (method) => typeof (value as TableEncoder | null)?.[method] === 'function',
  );

const isLoss = (value: unknown) =>
  typeof value === 'function' && 'coding' in value && 'values' in value && 'gradient' in value;
