import type { serialization } from '@tensorflow/tfjs-core';
import type { LayersModel, ModelCompileArgs } from '@tensorflow/tfjs-layers';
import {
  type CustomFunctions,
  checkFunctionRecord,
  type FunctionRecord,
  fromRecord,
  invalidRecord,
  isPlainObject,
  type LossOrMetric,
  mapNested,
  type Nested,
  toRecord,
} from './function-record.ts';
import { optimizerClass } from './optimizer-state.ts';

/** The key of the record in a saved model's user metadata. */
export const metadataKey = 'kernelMethodsTraining';

/** Everything that a model was compiled with, as JSON. */
export interface TrainingRecord {
  version: 1;
  loss: Nested<FunctionRecord>;
  metrics?: Nested<FunctionRecord>;
  optimizer: { className: string; config: serialization.ConfigDict };
}

/** Describes how a model is compiled; undefined if it is not. */
export function describeTraining(
  model: LayersModel,
  custom: CustomFunctions,
): TrainingRecord | undefined {
  const { optimizer } = model;
  if (!optimizer) return undefined;
  const className = optimizer.getClassName();
  if (!optimizerClass(className)) {
    throw new Error(
      'The optimizer of `model` must be of a registered class ' +
        `(tf.serialization.registerClass). Received: ${className}.`,
    );
  }
  const name = (argument: string, used: unknown) =>
    mapNested(used as Nested<string | LossOrMetric>, isUsed, (leaf) =>
      toRecord(argument, leaf, custom),
    );
  return {
    version: 1,
    loss: name('loss', model.loss),
    ...(model.metrics != null && { metrics: name('metrics', model.metrics) }),
    optimizer: { className, config: optimizer.getConfig() },
  };
}

/** The loss and metrics that a record names, ready for `compile`. */
export function readTraining(
  record: TrainingRecord,
  custom: CustomFunctions,
): Pick<ModelCompileArgs, 'loss' | 'metrics'> {
  const find = (argument: string, nested: Nested<FunctionRecord>) =>
    mapNested(nested, isRecord, (leaf) =>
      fromRecord(argument, checkFunctionRecord(argument, leaf), custom),
    );
  return {
    loss: find('loss', record.loss) as ModelCompileArgs['loss'],
    ...(record.metrics !== undefined && {
      metrics: find('metrics', record.metrics) as ModelCompileArgs['metrics'],
    }),
  };
}

/**
 * Checks the record of a file, which may hold anything.
 *
 * @throws Error that names the first part that `saveModel` cannot have written.
 */
export function checkTrainingRecord(value: unknown): TrainingRecord {
  if (!isPlainObject(value)) throw invalidRecord(metadataKey, 'be an object', value);
  const { version, loss, optimizer } = value;
  if (version !== 1) throw invalidRecord(`${metadataKey}.version`, 'be 1', version);
  // tfjs takes an empty dictionary of losses, with a warning, and then trains nothing.
  if (loss == null || (isPlainObject(loss) && Object.keys(loss).length === 0)) {
    throw invalidRecord(`${metadataKey}.loss`, 'name a loss', loss);
  }
  if (
    !isPlainObject(optimizer) ||
    typeof optimizer.className !== 'string' ||
    !isPlainObject(optimizer.config)
  ) {
    const rule = 'have a `className` and a `config`';
    throw invalidRecord(`${metadataKey}.optimizer`, rule, optimizer);
  }
  return value as unknown as TrainingRecord;
}

const isUsed = (value: unknown): value is string | LossOrMetric =>
  typeof value === 'string' || typeof value === 'function';

// An output may be called 'from', but then its value is not the name of a kind.
const isRecord = (value: unknown): value is FunctionRecord =>
  typeof value === 'string' ||
  (isPlainObject(value) && typeof value.from === 'string' && Object.hasOwn(value, 'name'));
