import type { serialization } from '@tensorflow/tfjs-core';
import type { LayersModel, ModelCompileArgs } from '@tensorflow/tfjs-layers';
import {
  type CustomFunctions,
  type FunctionRecord,
  fromRecord,
  type LossOrMetric,
  mapNested,
  type Nested,
  toRecord,
} from './function-record.ts';
import { optimizerClass } from './optimizer-state.ts';

/** Where a saved model's user metadata holds the record. */
export const metadataKey = 'kernelMethodsTraining';

/** All of what a model was compiled with, as JSON. */
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
  if (record.version !== 1) {
    throw new Error(
      `\`${metadataKey}.version\` of the saved model must be 1. Received: ${record.version}.`,
    );
  }
  const find = (argument: string, nested: Nested<FunctionRecord>) =>
    mapNested(nested, isRecord, (leaf) => fromRecord(argument, leaf, custom));
  return {
    loss: find('loss', record.loss) as ModelCompileArgs['loss'],
    ...(record.metrics !== undefined && {
      metrics: find('metrics', record.metrics) as ModelCompileArgs['metrics'],
    }),
  };
}

const isUsed = (value: unknown): value is string | LossOrMetric =>
  typeof value === 'string' || typeof value === 'function';

const isRecord = (value: unknown): value is FunctionRecord =>
  typeof value === 'string' || typeof (value as { from?: unknown } | null)?.from === 'string';
