import { checkThat } from '@kernel-methods/check';
import { type Loss, type LossName, lossByName } from '@kernel-methods/losses';
import type { TableEncoder } from '@kernel-methods/tables';
import type * as tf from '@tensorflow/tfjs-core';
import type { CalibrationName } from './calibration/method-by-name.ts';
import { type FeatureSpec, isLayer, isTrained, stepsOf } from './network/feature-spec.ts';
import { requireLoss, type Solver } from './solvers/solver.ts';
import { type SolverName, solverByName } from './solvers/solver-by-name.ts';
import type { Task } from './tasks/task.ts';
import { type TaskName, taskFor } from './tasks/task-by-name.ts';

/** The options of a kernel model and its training. Every option has a default. */
export interface KernelModelOptions {
  /**
   * The feature map: the name of a kernel ('gaussian', 'laplacian', …) or a kernel object, whose
   * random Fourier features are drawn; any tfjs layer, such as `randomFourierFeatures({ … })`, or a
   * model; or a list of these, which are chained: each takes the output of the one before it.
   * Layers are only a description: each `fit` works on copies, with their weights if they are
   * built. Those with trainable weights are trained with the head, end to end; all others are
   * frozen, and their features are computed once.
   *
   * Default: `'gaussian'`, or for 2,000 rows or fewer all that the rational quadratic kernel says of
   * them: `nystroem` with every row as a landmark, at the median distance between rows. For more
   * rows of at most 32 columns it has 2,000 landmarks, at the median distance, half or a quarter of
   * it, by leave-one-out on 1,000 rows. The random features remain where `outputDim`, `scale` or
   * `solver` is given, for streams, `partialFit` and mini-batches.
   */
  features?: FeatureSpec;
  /** The number of random Fourier features of a kernel. Default 2048. */
  outputDim?: number;
  /**
   * The length scale of kernels that do not have their own. Default: the median distance between
   * rows (of a seeded sample; in the L1 norm for 'laplacian').
   */
  scale?: number;
  /**
   * Whether each column is first brought to mean 0 and deviation 1. 'auto' does this if a kernel
   * measures its scale on rows whose columns differ in spread by more than 10 ×, unless all rows
   * have length 1, as embeddings do, or there are 32 or more columns of which at least half span
   * half of the widest range, as pixels do. Default 'auto'.
   */
  standardize?: boolean | 'auto';
  /** The loss, or its name. */
  loss?: LossName | Loss;
  /** What `y` holds: one class per row, any number of labels ('multilabel'), or numbers. */
  task?: TaskName | Task;
  /**
   * How the probabilities of a classifier are fitted to scores of rows that it was not trained on:
   * 'temperature' (one sharpness), 'sigmoid' (Platt's slope and offset for each output) or 'isotonic'
   * (a rising curve for each output, for a thousand rows or more). With the last two, probabilities
   * decide in `predict`. Default: the loss's own probabilities, or 'temperature' if it has none.
   */
  calibrate?: CalibrationName;
  /**
   * The penalty: mean loss + (l2/2)‖W‖², where the bias is not penalized. Default: chosen by the
   * solver.
   */
  l2?: number;
  /**
   * How the head is found: 'adam', 'sgd', 'eigenpro', 'direct', 'newton', 'smo', 'dual', or one of these
   * with options, `newton({ tolerance: 1e-3 })`. 'fit' is 'adam' by tfjs operations over the whole network
   * in every step.
   *
   * Default: 'direct' for the squared error. For other losses `fit` chooses by the number of rows,
   * features and outputs, and its result says what: 'smo' for the hinge loss and 'newton' for losses
   * with a second derivative, where these take seconds; 'dual' for more rows that stay sparse, for
   * losses that have a dual form; 'adam' for more rows, for streams, for maps
   * that are trained, and wherever `epochs`, `batchSize`, `learningRate`, `optimizer`,
   * `earlyStopping` or `onEpochEnd` ask for epochs.
   */
  solver?: SolverName | 'fit' | Solver;
  /**
   * Makes the optimizer of one `fit`, which then trains the whole network in every step, by tfjs
   * operations.
   */
  optimizer?: () => tf.Optimizer;
  /** The step size of 'adam' (default 1e-3) or 'sgd', if the solver is given by name. */
  learningRate?: number;
  /** Passes over the training rows of 'adam' and 'sgd'. Default 20, or as many as make 2,000 steps. */
  epochs?: number;
  /** Rows per step. Default 128. */
  batchSize?: number;
  /**
   * The seed of the frequencies of kernels, samples of rows, the head and the order of batches.
   * Default 0.
   */
  seed?: number;
  /**
   * How a table is coded as rows of numbers. Default: `tableEncoder()` of \@kernel-methods/tables,
   * with its defaults for each type of column. Each `fit` fits a clone of it.
   */
  encoder?: TableEncoder;
  /**
   * Bytes of features that may be kept; beyond it they are computed again in every pass. Default:
   * half of the memory that is free, at most 2 GiB.
   */
  memoryBudget?: number;
}

/** The options with their defaults filled in. */
export interface ResolvedOptions {
  readonly features: FeatureSpec;
  /** Whether `fit` may choose another map than `features` by the rows. */
  readonly choosesFeatures: boolean;
  readonly outputDim: number;
  readonly scale?: number;
  readonly standardize: boolean | 'auto';
  readonly loss: Loss;
  readonly task: TaskName | Task;
  readonly calibrate?: CalibrationName;
  readonly l2?: number;
  /** The solver; if `choosesSolver`, that for streams and many rows. */
  readonly solver: Solver;
  /** Whether `fit` chooses the solver by rows, features and outputs. */
  readonly choosesSolver: boolean;
  /** Whether the whole network is trained by tfjs operations, even if its map is frozen. */
  readonly wholeNetwork: boolean;
  readonly optimizer?: () => tf.Optimizer;
  readonly epochs?: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly memoryBudget?: number;
  readonly encoder?: TableEncoder;
}

/** The default loss, or what stands for it in a task that refuses it. */
const usualLoss = (loss: Loss, { refuses, instead }: Task): Loss =>
  refuses(loss) !== undefined && instead ? instead(loss) : loss;

/**
 * The options, which have been checked, with defaults filled in; `loss` is the default loss.
 *
 * @throws RangeError for a regression with a loss for classes, and for a solver that cannot
 * minimize the loss.
 */
export function resolve(options: KernelModelOptions, loss: Loss): Readonly<ResolvedOptions> {
  const chosen = typeof options.loss === 'string' ? lossByName(options.loss) : options.loss;
  const { task = 'classification' } = options;
  const used = chosen ?? usualLoss(loss, taskFor(task));
  const { solver = defaultSolver(used, options) } = options;
  const name = solver === 'fit' ? 'adam' : solver;
  const resolved: ResolvedOptions = {
    features: frozenFeatures(options.features ?? 'gaussian'),
    choosesFeatures: leavesMapOpen(options) && !asksForEpochs(options),
    outputDim: options.outputDim ?? 2048,
    scale: options.scale,
    standardize: options.standardize ?? 'auto',
    loss: used,
    task,
    ...(options.calibrate !== undefined && { calibrate: options.calibrate }),
    l2: options.l2,
    solver: typeof name === 'string' ? namedSolver(name, options) : name,
    choosesSolver: options.solver === undefined && !used.leastSquares && !asksForEpochs(options),
    wholeNetwork: solver === 'fit' || options.optimizer !== undefined,
    optimizer: options.optimizer,
    epochs: options.epochs,
    batchSize: options.batchSize ?? 128,
    seed: options.seed ?? 0,
    memoryBudget: options.memoryBudget,
    encoder: options.encoder,
  };
  const { refuses, probabilities, name: taskName } = taskFor(task);
  const rule = refuses(used);
  checkThat(
    options.calibrate === undefined || probabilities !== undefined,
    'calibrate',
    `must be left out in a ${taskName}, which has no probabilities`,
    options.calibrate,
  );
  checkThat(rule === undefined, 'loss', rule ?? '', used.name);
  requireLoss(resolved.solver, used);
  refuseUnused(options, resolved.solver);
  return Object.freeze(resolved);
}

/**
 * Refuses a learning rate that the solver would ignore. (`epochs` and `batchSize` are options of
 * the model, whatever its solver: they are limits that exact solvers do not reach.)
 */
function refuseUnused({ solver, learningRate }: KernelModelOptions, chosen: Solver): void {
  const isOwn = typeof solver === 'object' && chosen.usesLearningRate === true;
  checkThat(
    learningRate === undefined ||
      solver === undefined ||
      solver === 'fit' ||
      (chosen.usesLearningRate === true && !isOwn),
    'learningRate',
    isOwn
      ? `must be given to the solver itself, as in ${chosen.name}({ learningRate })`
      : `must be left out with the solver '${chosen.name}', which does not use it`,
    learningRate,
  );
}

/** A solver by name, with the learning rate of the model if it uses one. */
function namedSolver(name: SolverName, { learningRate }: KernelModelOptions): Solver {
  const plain = solverByName(name, {});
  return plain.usesLearningRate ? solverByName(name, { learningRate }) : plain;
}

/** Whether no option says what the map is, or how many features the solver will see. */
const leavesMapOpen = (options: KernelModelOptions) =>
  (['features', 'outputDim', 'scale', 'solver'] as const).every(
    (name) => options[name] === undefined,
  );

/** Whether an option implies mini-batches. */
const asksForEpochs = (options: KernelModelOptions) =>
  (['epochs', 'batchSize', 'learningRate', 'optimizer'] as const).some(
    (name) => options[name] !== undefined,
  );

/** A trained map, an optimizer or a learning rate implies mini-batches. */
function defaultSolver(loss: Loss, options: KernelModelOptions): SolverName {
  const { optimizer, learningRate, features } = options;
  const stochastic = optimizer !== undefined || learningRate !== undefined;
  const steps = features === undefined ? [] : stepsOf(features);
  const isTrainable = steps.some((step) => isLayer(step) && isTrained(step));
  return loss.leastSquares && !stochastic && !isTrainable ? 'direct' : 'adam';
}

/** The list is copied, because the user may change it. */
const frozenFeatures = (features: FeatureSpec): FeatureSpec =>
  Array.isArray(features) ? Object.freeze([...features]) : features;
