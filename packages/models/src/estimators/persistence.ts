import { type Loss, lossByName, marginAccuracy, saveModel } from '@kernel-methods/losses';
import { inTurns } from '@kernel-methods/simd';
import type { ColumnEncoder, Json, TableEncoder } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type CalibrationName, calibrationByName } from '../calibration/method-by-name.ts';
import { checkOptions } from '../check-options.ts';
import type { Fitted } from '../fit/fitted.ts';
import { withMap } from '../fit/settings.ts';
import { isLayer, stepsOf } from '../network/feature-spec.ts';
import { copyNetwork, layersOf, mapOf, rowShapeOf, unitsOf } from '../network/network.ts';
import type { KernelModelOptions, ResolvedOptions } from '../options.ts';
import { loadTables } from '../runtime/tables.ts';
import type { Solver, SolverConfig, SolverRecord, SolverState } from '../solvers/solver.ts';
import { type SolverName, solverByName, solverNames } from '../solvers/solver-by-name.ts';
import type { LinkWith, Task, TaskConfig } from '../tasks/task.ts';
import {
  isTaskName,
  type TaskName,
  taskByName,
  taskFor,
  taskNames,
} from '../tasks/task-by-name.ts';
import { featuresFrom, featuresRecord } from './features-record.ts';
import { fingerprint } from './fingerprint.ts';
import { loadNetwork } from './load-network.ts';
import { checkedRecord, checkOrigin, checkUnits, type KernelModelRecord } from './model-record.ts';
import { asSavedModelError, SavedModelError } from './saved-model-error.ts';
import { withState } from './saved-state.ts';

/** The key in a saved model's user metadata for what a `KernelModel` knows beyond its weights. */
const metadataKey = 'kernelModel';

/** Compiles a model with our loss, so that tfjs's `fit` and `evaluate` continue from here. */
export function compileForTraining(
  model: tfl.LayersModel,
  loss: Loss,
  task: TaskName | Task,
): tfl.LayersModel {
  const accuracy = unitsOf(model) === 1 ? marginAccuracy : 'accuracy';
  // By name, so that the model owns its optimizer and disposes of it.
  model.compile({
    optimizer: 'adam',
    loss,
    metrics: taskFor(task).reportsAccuracy ? [accuracy] : [],
  });
  return model;
}

interface Written {
  readonly estimator?: string;
  /** Whether what the solver knows beyond the head is written, too. */
  readonly includeState?: boolean;
  /** The names of an estimator's own solvers. */
  readonly ownSolvers?: readonly string[];
}

export async function writeModel(
  handler: tf.io.IOHandler | string,
  fitted: Fitted,
  options: ResolvedOptions,
  { estimator, includeState = false, ownSolvers = [] }: Written,
): Promise<void> {
  const state = includeState ? await stateOf(fitted) : undefined;
  const { network, classes, task, loss, encoder, target } = fitted;
  const { inverseTemperature, by, curves, thresholds } = await fitted.link(fitted);
  const { name: taskName, config: taskConfig = {} } = taskFor(task);
  const { map: _, scale: __, outputDim: ___, ...settings } = fitted.settings;
  const encoderOption = optionsOf(options.encoder);
  const { l2, epochs, batchSize, seed, choosesSolver, scale, memoryBudget } = options;
  const { features, choosesFeatures, outputDim, standardize } = options;
  const drawsFeatures = !choosesFeatures && stepsOf(features).some((step) => !isLayer(step));
  const record: Omit<KernelModelRecord, 'fingerprint'> = {
    version: 1,
    task: taskName,
    ...(Object.keys(taskConfig).length > 0 && { taskConfig }),
    classes: classes ?? null,
    inverseTemperature,
    ...(by !== undefined && {
      calibrated: {
        method: by as CalibrationName,
        ...(curves && { curves: curves.map((curve) => curve.toJSON()) }),
      },
    }),
    ...(thresholds && { thresholds: [...thresholds] }),
    ...(options.calibrate !== undefined && { calibrate: options.calibrate }),
    settings,
    loss: { name: loss.name, config: loss.config },
    ...solverRecord(options, [...solverNames, ...ownSolvers]),
    ...(estimator !== undefined && { estimator }),
    ...(encoder !== undefined && { encoder: encoder.toJSON() }),
    features: featuresRecord(features, choosesFeatures),
    standardize,
    ...(encoderOption !== undefined && { encoderOption }),
    ...(target !== undefined && { target }),
    options: {
      seed,
      ...(drawsFeatures && { outputDim }),
      ...(scale !== undefined && { scale }),
      ...(memoryBudget !== undefined && { memoryBudget }),
      // If `fit` chooses, no batch size was given: it would ask for mini-batches.
      ...(!choosesSolver && !choosesFeatures && { batchSize }),
      ...(l2 !== undefined && { l2 }),
      ...(epochs && { epochs }),
    },
  };
  const model = compileForTraining(copyNetwork(network), loss, task);
  try {
    model.setUserDefinedMetadata({ [metadataKey]: record });
    await saveModel(model, marked(handler, state), { includeOptimizer: false });
  } finally {
    model.dispose();
  }
}

/** The options of an encoder; undefined for one that was loaded without them. */
function optionsOf(encoder: TableEncoder | undefined): Json | undefined {
  try {
    return encoder?.clone().toJSON();
  } catch {
    return undefined;
  }
}

/** @throws Error if the solver left no state that can be saved. */
async function stateOf({ state, settings }: Fitted): Promise<ArrayBuffer> {
  if (state?.serializeSteps) return inTurns(state.serializeSteps());
  throw new Error(
    `\`includeState\` needs the sums over the training rows, as a fit by the solver 'direct' leaves them. This model was fitted by '${settings.solver}', or loaded without them.`,
  );
}

/** The handler, extended to put the state and the fingerprint of the saved data into the record. */
function marked(
  handler: tf.io.IOHandler | string,
  state: ArrayBuffer | undefined,
): tf.io.IOHandler | string {
  const known = typeof handler === 'string' ? tf.io.getSaveHandlers(handler) : [handler];
  if (known.length !== 1 || typeof known[0]?.save !== 'function') return handler;
  const [{ save }] = known as [Required<tf.io.IOHandler>];
  return {
    async save(given) {
      const artifacts = state === undefined ? given : withState(given, state);
      const metadata = artifacts.userDefinedMetadata as { [metadataKey]: KernelModelRecord };
      const record = metadata[metadataKey];
      const bytes = tf.io.CompositeArrayBuffer.join(artifacts.weightData);
      const kernelModel = { ...record, fingerprint: fingerprintOf(artifacts, record, bytes) };
      const userDefinedMetadata = { ...metadata, [metadataKey]: kernelModel };
      return save.call(known[0], { ...artifacts, userDefinedMetadata });
    },
  };
}

function fingerprintOf(
  { modelTopology, weightSpecs }: tf.io.ModelArtifacts,
  { fingerprint: _, ...record }: Omit<KernelModelRecord, 'fingerprint'> & { fingerprint?: string },
  bytes: ArrayBuffer,
): string {
  return fingerprint([modelTopology, weightSpecs, record], bytes);
}

/** What is known about a model before it is read. */
export interface Expected {
  /** The task of the loading class, which may be one that this package does not know. */
  readonly task: TaskName | Task | undefined;
  /** The class, if it loads only its own models. */
  readonly estimator: string | undefined;
  /** Column encoders that @kernel-methods/tables does not know. */
  readonly encoders?: readonly ColumnEncoder[];
  /** Solvers that only the loading class knows. */
  readonly solvers?: OwnSolvers;
}

/** Makes solvers from their saved configuration, by name. */
type OwnSolvers = Readonly<Record<string, (config: SolverConfig) => Solver>>;

/**
 * @throws SavedModelError if the model was not saved by a kernel model or by a later version of it,
 * by another class, or is damaged; errors of the handler are passed on.
 */
export async function readModel(
  handler: tf.io.IOHandler | string,
  { task: own, estimator, encoders, solvers }: Expected,
): Promise<{ fitted: Fitted; options: KernelModelOptions }> {
  const {
    network,
    checked: record,
    state: saved,
  } = await loadNetwork(handler, (artifacts, bytes) => {
    const metadata = artifacts.userDefinedMetadata as Record<string, unknown> | undefined;
    const isOurs = metadata && Object.hasOwn(metadata, metadataKey);
    const given = isOurs ? metadata[metadataKey] : undefined;
    const found = checkedRecord(given, Object.keys(solvers ?? {}));
    checkOrigin(found, estimator, fingerprintOf(artifacts, found, bytes));
    return found;
  });
  try {
    checkUnits(record, unitsOf(network));
    const { task, taskConfig, classes, loss, solver, calibrate } = record;
    const encoder = await savedEncoder(record, encoders, rowShapeOf(network));
    const { features, standardize, encoderOption, target } = record;
    const settings = withMap(mapOf(network), record.settings);
    const known = {
      loss: lossByName(loss.name, loss.config),
      task: savedTask(task, own, taskConfig),
    };
    const link = savedLink(record, known.loss);
    const options: KernelModelOptions = {
      ...record.options,
      ...known,
      ...solverOptions(solver, solvers),
      ...(calibrate !== undefined && { calibrate }),
      ...(standardize !== undefined && { standardize }),
      features: await featuresFrom(features, layersOf(network).maps),
      ...(encoderOption !== undefined && {
        encoder: (await loadTables()).TableEncoder.fromJSON(encoderOption, { encoders }),
      }),
    };
    checkOptions(options);
    return {
      fitted: {
        ...{ network, classes: classes ?? undefined, settings, ...known, encoder, target },
        state: saved && restored(saved, settings.solver, network),
        link: async () => link,
        decidesByLink: link.curves !== undefined || link.thresholds !== undefined,
      },
      options,
    };
  } catch (error) {
    network.dispose();
    throw asSavedModelError(error);
  }
}

/** @throws SavedModelError unless the coded rows have the width of the network. */
async function savedEncoder(
  { encoder: json }: KernelModelRecord,
  encoders: readonly ColumnEncoder[] | undefined,
  rowShape: readonly number[],
): Promise<TableEncoder | undefined> {
  if (json === undefined) return undefined;
  const { TableEncoder } = await loadTables();
  const encoder = TableEncoder.fromJSON(json, { encoders });
  if (rowShape.length === 1 && rowShape[0] === encoder.width) return encoder;
  throw new SavedModelError(
    `The saved kernel model's \`encoder\` must give the ${rowShape} numbers per row that the network takes. Received: ${encoder.width}.`,
  );
}

/** The state of the solver that fitted the model. */
function restored(saved: ArrayBuffer, name: string, network: tfl.LayersModel): SolverState {
  const { restore } = solverByName(name as SolverName, {});
  if (restore) return restore(saved, mapOf(network).width, unitsOf(network));
  throw new SavedModelError(
    `The saved kernel model must hold a state only if its solver keeps one. Received: ${name}.`,
  );
}

/** How the scores of a saved model become probabilities. */
function savedLink(
  { inverseTemperature, calibrated, thresholds }: KernelModelRecord,
  loss: Loss,
): LinkWith {
  if (calibrated === undefined) return { link: loss.link, inverseTemperature, thresholds };
  const { method, curves } = calibrated;
  const { curve } = calibrationByName(method);
  if ((curve === undefined) !== (curves === undefined)) {
    throw new SavedModelError(
      `The saved kernel model's \`calibrated\` must have curves if its method has. Received: ${method}.`,
    );
  }
  return {
    ...{ inverseTemperature, by: method, thresholds },
    ...(curve && { curves: curves?.map(curve) }),
  };
}

function savedTask(
  name: string,
  own: TaskName | Task | undefined,
  config: TaskConfig | undefined,
): TaskName | Task {
  if (isTaskName(name)) return config === undefined ? name : taskByName(name, config);
  if (own !== undefined && taskFor(own).name === name) return own;
  throw new SavedModelError(
    `The saved kernel model must have a task that is known here (${taskNames.join(', ')}); a task of your own is known to the class that has it as its default. Received: ${name}.`,
  );
}

/** Only the user knows a solver of their own. */
function solverRecord(
  { solver, choosesSolver, choosesFeatures, wholeNetwork, optimizer }: ResolvedOptions,
  known: readonly string[],
): Pick<KernelModelRecord, 'solver'> {
  // An optimizer is a function; only the fact that the whole network is trained can be saved.
  if (wholeNetwork) return { solver: { name: 'fit', config: optimizer ? {} : solver.config } };
  // Where the map is chosen, no solver was given.
  if (choosesSolver || choosesFeatures) return {};
  const { name, config } = solver;
  return isKnown({ name, config }, known) ? { solver: { name, config } } : {};
}

/** Whether a solver, and the one within it if there is one, can be found by name. */
const isKnown = ({ name, config }: SolverRecord, known: readonly string[]): boolean =>
  known.includes(name) &&
  Object.values(config).every((value) => typeof value !== 'object' || isKnown(value, known));

function solverOptions(
  record: KernelModelRecord['solver'],
  own: OwnSolvers = {},
): KernelModelOptions {
  if (record === undefined) return {};
  const { name, config } = record;
  if (name === 'fit') return { solver: name, ...config };
  if (Object.hasOwn(own, name)) return { solver: own[name](config) };
  return { solver: solverByName(name as SolverName, config) };
}
