import * as check from '@kernel-methods/check';
import type { Tensor } from '@tensorflow/tfjs-core';
import { metrics as tfjsMetrics } from '@tensorflow/tfjs-layers';
import { isLoss } from './define-loss.ts';
import type { LossConfig } from './loss.ts';
import { isRegisteredLoss, lossByName } from './loss-by-name.ts';
import { marginAccuracy } from './margin-accuracy.ts';

export type LossOrMetric = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** A user's functions, by the names under which a model is saved and loaded. */
export type CustomFunctions = Readonly<Record<string, LossOrMetric>>;

/** How a saved model names a loss or metric: a string is tfjs's own name for it. */
export type FunctionRecord =
  | string
  | { from: 'loss'; name: string; config: LossConfig }
  | { from: 'metric' | 'tf.metrics' | 'custom'; name: string };

/** One value, several, or one per output of the model, as `compile` takes them. */
export type Nested<T> = T | Nested<T>[] | { [output: string]: Nested<T> };

const ownMetrics: CustomFunctions = { marginAccuracy };
const theirMetrics = tfjsMetrics as unknown as CustomFunctions;

/** The record of a loss or metric that was given to `model.compile`. */
export function toRecord(
  argument: string,
  used: string | LossOrMetric,
  custom: CustomFunctions,
): FunctionRecord {
  if (typeof used === 'string') return used;
  const customName = nameIn(custom, used);
  if (customName) return { from: 'custom', name: customName };
  if (isRegisteredLoss(used)) return { from: 'loss', name: used.name, config: { ...used.config } };
  const own = nameIn(ownMetrics, used);
  if (own) return { from: 'metric', name: own };
  const theirs = nameIn(theirMetrics, used);
  if (theirs) return { from: 'tf.metrics', name: theirs };
  throw new Error(
    `\`${argument}\` must hold names, losses of this package, functions of tf.metrics, or functions ` +
      `that \`customFunctions\` names. Received: ${used.name || 'a function without a name'}.` +
      (isLoss(used) ? ' Register a loss of your own with `registerLoss`.' : ''),
  );
}

/** The loss or metric of a record, which `checkFunctionRecord` has checked. */
export function fromRecord(
  argument: string,
  record: FunctionRecord,
  custom: CustomFunctions,
): string | LossOrMetric {
  if (typeof record === 'string') {
    // tfjs looks names up with `in`, so that it would find the methods of every object.
    if (record in Object.prototype) throw unknownFunction(argument, record, 'tfjs');
    return record;
  }
  if (record.from === 'loss') return lossByName(record.name, record.config);
  const tables = { metric: ownMetrics, 'tf.metrics': theirMetrics, custom };
  const table = tables[record.from];
  if (Object.hasOwn(table, record.name)) return table[record.name];
  throw unknownFunction(argument, record.name, record.from);
}

/** @throws Error unless `value` is what `toRecord` makes. */
export function checkFunctionRecord(argument: string, value: unknown): FunctionRecord {
  if (typeof value === 'string') return value;
  const { from, name, config } = value as Record<string, unknown>;
  const isKnown = (kinds as readonly unknown[]).includes(from);
  const hasConfig =
    from !== 'loss' ||
    (isPlainObject(config) && Object.values(config).every((number) => Number.isFinite(number)));
  if (!isKnown || typeof name !== 'string' || !hasConfig) {
    const rule = `name a function by { from: ${kinds.map((kind) => `'${kind}'`).join(' | ')}, name }`;
    throw invalidRecord(argument, rule, value);
  }
  return value as FunctionRecord;
}

const kinds = ['loss', 'metric', 'tf.metrics', 'custom'] as const;

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The error for a record that `saveModel` cannot have written. */
export const invalidRecord = (path: string, rule: string, value: unknown) =>
  new Error(`\`${path}\` of the saved model must ${rule}. Received: ${check.shown(value)}.`);

function unknownFunction(argument: string, name: string, from: string): Error {
  const hint = from === 'custom' ? '; `customFunctions` must hold it' : '';
  return new Error(
    `\`${argument}\` of the saved model must be known here${hint}. ` +
      `Received: ${check.shown(name, '')} (from ${from}).`,
  );
}

/** A damaged file may nest without end; what `compile` takes nests less deeply than this. */
const DEEPEST = 8;

/**
 * Applies `change` to each loss or metric, whether `compile` takes them singly, in arrays, or by
 * output.
 */
export function mapNested<T extends string | object, U>(
  nested: Nested<T>,
  isLeaf: (value: unknown) => value is T,
  change: (leaf: T) => U,
  depth = 0,
): Nested<U> {
  if (isLeaf(nested)) return change(nested);
  if (typeof nested !== 'object' || nested === null || depth === DEEPEST) {
    throw new Error(
      `Losses and metrics must be names or functions, singly, in arrays, or by output. Received: ${check.shown(nested)}.`,
    );
  }
  const within = (item: Nested<T>) => mapNested(item, isLeaf, change, depth + 1);
  if (Array.isArray(nested)) return nested.map(within);
  return Object.fromEntries(
    Object.entries(nested as Record<string, Nested<T>>).map(([output, item]) => [
      output,
      within(item),
    ]),
  );
}

const nameIn = (table: CustomFunctions, used: LossOrMetric): string | undefined =>
  Object.keys(table).find((name) => table[name] === used);
