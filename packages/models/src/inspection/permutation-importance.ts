import {
  abortSignal,
  arrayOf,
  seed as checkSeed,
  functionArgument,
  knownOptions,
  optional,
  positiveInteger,
} from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import type { TargetsLike } from '../data/labels.ts';
import { meanAndDeviation } from '../data/mean-and-deviation.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { columnsOf, requireColumn } from './columns.ts';

/** Anything that scores rows: the greater the better. */
export interface ScoresRows {
  score(x: RowsLike | TableRows, y: TargetsLike | string): Promise<number>;
}

export interface PermutationImportanceOptions {
  /** The number of times that each column is shuffled. Default 5. */
  repeats?: number;
  /** The columns to inspect, by name, or by index if columns have no names. Default: all. */
  columns?: readonly (string | number)[];
  /** Scores the predictions for rows; the greater the better. Default: the model's `score`. */
  scoring?: (x: RowsLike | TableRows, y: TargetsLike | string) => number | Promise<number>;
  /** The seed of the orders. Default 0. */
  seed?: number;
  signal?: AbortSignal;
  /** Called after each score, with the number that are done; its promise is waited for. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => unknown;
}

/** The loss of score if a column carries no information. */
export interface ColumnImportance {
  /** The column's name, or its index as a string. */
  readonly column: string;
  /** The mean loss of score. */
  readonly mean: number;
  readonly deviation: number;
  /** The loss of score in each repeat. */
  readonly losses: readonly number[];
}

export interface PermutationImportance {
  /** The score of the unchanged rows. */
  readonly score: number;
  /** The most important column first. */
  readonly columns: readonly ColumnImportance[];
}

/**
 * How much a fitted model relies on each column: the loss of its score if the values of that column
 * are shuffled among the rows. Use rows that were not trained on. Correlated columns can replace
 * one another, so each then looks less important than it is.
 *
 * The same orders are used for every column. Breiman, "Random forests", 2001.
 *
 * @throws RangeError or TypeError that names the argument, before any work; the signal's reason when
 * aborted.
 *
 * @example
 * const x = Array.from({ length: 90 }, (_, i) => [i / 10, (i * 7) % 3]);
 * const ridge = new KernelRidge({ outputDim: 64, scale: 1.5 });
 * await ridge.fit(x, x.map(([a]) => Math.sin(a)));
 * const { columns } = await permutationImportance(ridge, x, x.map(([a]) => Math.sin(a)));
 * columns[0].column; // '0'
 */
export async function permutationImportance(
  model: ScoresRows,
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  options: PermutationImportanceOptions = {},
): Promise<PermutationImportance> {
  check(model, options);
  const {
    repeats = 5,
    seed = 0,
    signal,
    onProgress,
    scoring = (a, b) => model.score(a, b),
  } = options;
  const table = await columnsOf(x, typeof y === 'string' ? y : undefined);
  const names = (options.columns ?? table.names).map((name, i) =>
    requireColumn(table, `columns[${i}]`, name),
  );
  const total = 1 + names.length * repeats;
  const turns = eventLoopYielder();
  let done = 0;
  const scored = async (rows: RowsLike | TableRows) => {
    signal?.throwIfAborted();
    const value = await scoring(rows, y);
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new RangeError(`\`scoring\` must give a number. Received: ${String(value)}.`);
    }
    await onProgress?.({ done: ++done, total });
    if (turns.isDue()) await turns.take();
    return value;
  };
  const score = await scored(x);
  const columns: ColumnImportance[] = [];
  for (const column of names) {
    const losses: number[] = [];
    // Drawn anew for each column: kept, the orders of many repeats would fill the memory.
    const random = createRandom(seed);
    while (losses.length < repeats) {
      const order = random.permutation(table.rows);
      losses.push(score - (await scored(table.permuted(column, order))));
    }
    columns.push({ column, ...meanAndDeviation(losses), losses });
  }
  return { score, columns: columns.sort((a, b) => b.mean - a.mean) };
}

const KNOWN = ['repeats', 'columns', 'scoring', 'seed', 'signal', 'onProgress'] as const;

function check(model: ScoresRows, options: PermutationImportanceOptions): void {
  knownOptions('The options of `permutationImportance`', options, KNOWN);
  functionArgument('model.score', (model as ScoresRows | null)?.score);
  optional(positiveInteger, 'repeats', options.repeats);
  optional(checkSeed, 'seed', options.seed);
  const { columns, signal } = options;
  if (columns !== undefined) arrayOf('columns', columns, (_, column) => column);
  optional(abortSignal, 'signal', signal);
  for (const name of ['scoring', 'onProgress'] as const) {
    optional(functionArgument, name, options[name]);
  }
}
