import {
  abortSignal,
  arrayOf,
  boolean,
  functionArgument,
  knownOptions,
  optional,
  positiveInteger,
} from '@kernel-methods/check';
import type { Label } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import type { Floats } from '../tasks/task.ts';
import { type KnowsColumns, requireFeature, requireValue } from './column-rules.ts';
import { type Columns, type ColumnValue, columnsOf, requireColumn } from './columns.ts';

/** The part of a fitted estimator that partial dependence needs. */
export interface PredictsRows {
  readonly classes: readonly Label[] | undefined;
  predictProba(x: RowsLike | TableRows): Promise<Floats>;
  decisionFunction(x: RowsLike | TableRows): Promise<Floats>;
  /** What codes tables for it, if it was fitted to one. */
  readonly encoder?: KnowsColumns | undefined;
}

export interface PartialDependenceOptions {
  /** The values to try. Default: every value where there are at most `points`, quantiles otherwise. */
  values?: readonly ColumnValue[];
  /** The number of values to try if they are not given. Default 20. */
  points?: number;
  /** Whether the curve of each row is returned too. Default false. */
  individual?: boolean;
  signal?: AbortSignal;
}

export interface PartialDependence {
  readonly column: string;
  /** The values that were tried, in ascending order if they have an order. */
  readonly values: readonly ColumnValue[];
  /** The classes, one output each; absent in a regression. */
  readonly classes?: readonly Label[];
  /**
   * The mean over the rows, by value and output: probabilities of the classes, or predicted
   * numbers.
   */
  readonly means: readonly (readonly number[])[];
  /** The predictions by value, row and output, with the option `individual`. */
  readonly individual?: readonly Floats[];
}

/**
 * How predictions depend on one column while all others are unchanged: the mean prediction over the
 * rows if that column has the same value in all of them.
 *
 * f̄(v) = (1/n) Σᵢ f(xᵢ with v in the column). Friedman, "Greedy function approximation: a gradient
 * boosting machine", 2001; the curves of single rows: Goldstein et al., "Peeking inside the black
 * box", 2015.
 *
 * @throws RangeError or TypeError that names the argument, also for a column or a value that
 * predictions cannot depend on; the signal's reason when aborted.
 *
 * @example
 * const x = Array.from({ length: 90 }, (_, i) => [i / 10, (i * 7) % 3]);
 * const ridge = new KernelRidge({ outputDim: 64, scale: 1.5 });
 * await ridge.fit(x, x.map(([a]) => Math.sin(a)));
 * const { values, means } = await partialDependence(ridge, x, 0);
 */
export async function partialDependence(
  model: PredictsRows,
  x: RowsLike | TableRows,
  column: string | number,
  options: PartialDependenceOptions = {},
): Promise<PartialDependence> {
  knownOptions('The options of `partialDependence`', options, KNOWN);
  const { points = 20, individual = false, signal } = options;
  functionArgument('model.decisionFunction', (model as PredictsRows | null)?.decisionFunction);
  optional(positiveInteger, 'points', options.points);
  optional(boolean, 'individual', options.individual);
  optional(abortSignal, 'signal', signal);
  if (options.values !== undefined) arrayOf('values', options.values, (_, value) => value);
  const columns = await columnsOf(x);
  const name = requireColumn(columns, 'column', column);
  const { classes, encoder } = model;
  if (encoder !== undefined) requireFeature(encoder, name);
  for (const [i, value] of (options.values ?? []).entries()) {
    requireValue(columns, name, value, `values[${i}]`, encoder);
  }
  const values = options.values ?? someValues(columns, name, points);
  const means: number[][] = [];
  const curves: Floats[] = [];
  for (const value of values) {
    signal?.throwIfAborted();
    const rows = columns.filled(name, value);
    const answer = await (classes ? model.predictProba(rows) : model.decisionFunction(rows));
    means.push(meanOf(answer, columns.rows));
    if (individual) curves.push(answer);
  }
  return {
    ...{ column: name, values, means },
    ...(classes && { classes }),
    ...(individual && { individual: curves }),
  };
}

const KNOWN = ['values', 'points', 'individual', 'signal'] as const;

function meanOf({ data }: Floats, rows: number): number[] {
  const outputs = data.length / rows;
  const sums = new Array<number>(outputs).fill(0);
  for (let i = 0; i < data.length; i++) sums[i % outputs] += data[i];
  return sums.map((sum) => sum / rows);
}

/** Distinct values in ascending order; if there are many, evenly spaced quantiles of the rows. */
function someValues(columns: Columns, name: string, points: number): ColumnValue[] {
  const known = columns.values(name).filter((value) => value !== null);
  const sorted = known.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const distinct = distinctOf(sorted);
  if (distinct.length <= points || typeof distinct[0] === 'string') return distinct;
  if (points === 1) return [sorted[sorted.length >> 1]];
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return distinctOf(Array.from({ length: points }, (_, i) => at(i / (points - 1))));
}

const distinctOf = (sorted: readonly ColumnValue[]): ColumnValue[] =>
  sorted.filter((value, i) => i === 0 || keyOf(value) !== keyOf(sorted[i - 1]));

/** Dates are compared by their times. */
const keyOf = (value: ColumnValue) => (value instanceof Date ? value.getTime() : value);
