import { type Loss, lossByName, marginAccuracy, saveModel } from '@kernel-methods/losses';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Fitted } from '../fit/fitted.ts';
import { LayerRecord } from '../network/layer-record.ts';
import { copyNetwork, layersOf, unitsOf } from '../network/network.ts';
import type { KernelModelOptions, ResolvedOptions } from '../options.ts';
import type { Solver } from '../solvers/solver.ts';
import { type SolverName, solverByName, solverNames } from '../solvers/solver-by-name.ts';
import type { Task } from '../tasks/task.ts';
import { isTaskName, type TaskName, taskFor, taskNames } from '../tasks/task-by-name.ts';
import { checkArtifacts } from './checked-artifacts.ts';
import { checkedRecord, checkUnits, type KernelModelRecord } from './model-record.ts';

/** Where a saved model's user metadata holds what a `KernelModel` knows beyond its weights. */
const metadataKey = 'kernelModel';

/** Compiles a model with our loss, so that `fit` and `evaluate` of tfjs go on from here. */
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

export async function writeModel(
  handler: tf.io.IOHandler | string,
  fitted: Fitted,
  options: ResolvedOptions,
): Promise<void> {
  const { network, classes, task, loss } = fitted;
  const inverseTemperature = await fitted.inverseTemperature(fitted);
  const { l2, epochs, batchSize, seed, choosesSolver } = options;
  const record: KernelModelRecord = {
    version: 1,
    task: taskFor(task).name,
    classes: classes ?? null,
    inverseTemperature,
    loss: { name: loss.name, config: loss.config },
    ...solverRecord(options),
    options: {
      seed,
      // Where the solver is to be chosen, none was given: it would ask for mini-batches.
      ...(!choosesSolver && { batchSize }),
      ...(l2 !== undefined && { l2 }),
      ...(epochs && { epochs }),
    },
  };
  const model = compileForTraining(copyNetwork(network), loss, task);
  try {
    model.setUserDefinedMetadata({ [metadataKey]: record });
    await saveModel(model, handler, { includeOptimizer: false });
  } finally {
    model.dispose();
  }
}

/**
 * @param own the task of the class that loads, which may be one that this package does not know.
 * @throws Error if the model was not saved by a kernel model or by a later version of it, or is damaged.
 */
export async function readModel(
  handler: tf.io.IOHandler | string,
  own?: TaskName | Task,
): Promise<{ fitted: Fitted; options: KernelModelOptions }> {
  const network = await loadNetwork(handler);
  try {
    const metadata = network.getUserDefinedMetadata() as Record<string, unknown> | undefined;
    const isOurs = metadata && Object.hasOwn(metadata, metadataKey);
    const record = checkedRecord(isOurs ? metadata[metadataKey] : undefined);
    checkUnits(record, unitsOf(network));
    const { task, classes, inverseTemperature, loss, solver } = record;
    const { l2 = 0 } = record.options;
    const known = { loss: lossByName(loss.name, loss.config), task: savedTask(task, own) };
    return {
      fitted: {
        ...{ network, classes: classes ?? undefined, l2, ...known },
        inverseTemperature: async () => inverseTemperature,
      },
      options: {
        ...record.options,
        ...known,
        ...solverOptions(solver),
        features: await Promise.all(layersOf(network).maps.map((map) => LayerRecord.of(map))),
      },
    };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** tfjs takes a string that nobody claims for a URL, and then only says that it cannot fetch it. */
async function loadNetwork(handler: tf.io.IOHandler | string): Promise<tfl.LayersModel> {
  if (typeof handler !== 'string') return tfl.loadLayersModel(checkedHandler(handler));
  const [known] = tf.io.getLoadHandlers(handler);
  return tfl
    .loadLayersModel(known === undefined ? handler : checkedHandler(known))
    .catch((cause: Error) => {
      throw new Error(
        `No model can be loaded from '${handler}': ${cause.message}. A folder of the file system is read by \`fileSystem('…')\`.`,
        { cause },
      );
    });
}

/** The handler, with what it loads checked. */
const checkedHandler = (handler: tf.io.IOHandler): tf.io.IOHandler => ({
  async load() {
    const artifacts = await (handler as Required<tf.io.IOHandler>).load();
    checkArtifacts(artifacts);
    return artifacts;
  },
});

function savedTask(name: string, own: TaskName | Task | undefined): TaskName | Task {
  if (isTaskName(name)) return name;
  if (own !== undefined && taskFor(own).name === name) return own;
  throw new Error(
    `The saved kernel model must have a task that is known here (${taskNames.join(', ')}); a task of your own is known to the class that has it as its default. Received: ${name}.`,
  );
}

/** A solver of the user's own is known to the user alone. */
function solverRecord({
  solver,
  choosesSolver,
  wholeNetwork,
  optimizer,
}: ResolvedOptions): Pick<KernelModelRecord, 'solver'> {
  // An optimizer is a function: what is kept is that the whole network learns.
  if (wholeNetwork) return { solver: { name: 'fit', config: optimizer ? {} : solver.config } };
  if (choosesSolver) return {};
  return isKnownSolver(solver) ? { solver: { name: solver.name, config: solver.config } } : {};
}

function solverOptions(record: KernelModelRecord['solver']): KernelModelOptions {
  if (record === undefined) return {};
  const { name, config } = record;
  return name === 'fit' ? { solver: name, ...config } : { solver: solverByName(name, config) };
}

const isKnownSolver = (solver: Solver): solver is Solver & { name: SolverName } =>
  solverNames.includes(solver.name as SolverName);
