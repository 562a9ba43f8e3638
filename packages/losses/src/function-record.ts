import type { Tensor } from '@tensorflow/tfjs-core';
import { metrics as tfjsMetrics } from '@tensorflow/tfjs-layers';
import { isLoss } from './define-loss.ts';
import type { LossConfig } from './loss.ts';
import { lossByName } from './loss-by-name.ts';
import { marginAccuracy } from './margin-accuracy.ts';

export type LossOrMetric = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Functions of the user by the names under which a model is saved and loaded. */
export type CustomFunctions = Readonly<Record<string, LossOrMetric>>;

/** How a saved model names a loss or metric: a string is tfjs's own name for it. */
export type FunctionRecord =
  | string
  | { from: 'loss'; name: string; config: LossConfig }
  | { from: 'metric' | 'tf.metrics' | 'custom'; name: string };

/** One of something, several, or one for each output of the model, as `compile` takes them. */
export type Nested<T> = T | Nested<T>[] | { [output: string]: Nested<T> };

const ownMetrics: CustomFunctions = { marginAccuracy };
const theirMetrics = tfjsMetrics as unknown as CustomFunctions;

/** The name of a loss or metric that `model.compile` was given. */
export function toRecord(
  argument: string,
  used: string | LossOrMetric,
  custom: CustomFunctions,
): FunctionRecord {
  if (typeof used === 'string') return used;
  const customName = nameIn(custom, used);
  if (customName) return { from: 'custom', name: customName };
  if (isLoss(used)) return { from: 'loss', name: used.name, config: { ...used.config } };
  const own = nameIn(ownMetrics, used);
  if (own) return { from: 'metric', name: own };
  const theirs = nameIn(theirMetrics, used);
  if (theirs) return { from: 'tf.metrics', name: theirs };
  throw new Error(
    `\`${argument}\` must hold names, losses of this package, functions of tf.metrics, or functions ` +
      `that \`customFunctions\` names. Received: ${used.name || 'a function without a name'}.`,
  );
}

/** What `toRecord` named. */
export function fromRecord(
  argument: string,
  record: FunctionRecord,
  custom: CustomFunctions,
): string | LossOrMetric {
  if (typeof record === 'string') return record;
  if (record.from === 'loss') return lossByName(record.name, record.config);
  const tables = { metric: ownMetrics, 'tf.metrics': theirMetrics, custom };
  const table = tables[record.from];
  if (table && Object.hasOwn(table, record.name)) return table[record.name];
  const hint = record.from === 'custom' ? '; `customFunctions` must hold it' : '';
  throw new Error(
    `\`${argument}\` of the saved model must be known here${hint}. ` +
      `Received: ${record.name} (from ${record.from}).`,
  );
}

/** Applies `change` to each of what `compile` takes singly, in arrays, or by output. */
export function mapNested<T extends string | object, U>(
  nested: Nested<T>,
  isLeaf: (value: unknown) => value is T,
  change: (leaf: T) => U,
): Nested<U> {
  if (isLeaf(nested)) return change(nested);
  if (Array.isArray(nested)) return nested.map((item) => mapNested(item, isLeaf, change));
  return Object.fromEntries(
    Object.entries(nested as Record<string, Nested<T>>).map(([output, item]) => [
      output,
      mapNested(item, isLeaf, change),
    ]),
  );
}

const nameIn = (table: CustomFunctions, used: LossOrMetric): string | undefined =>
  Object.keys(table).find((name) => table[name] === used);
