import { integerBetween, knownOptions } from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';
import { fail } from '../check.ts';
import type { Column } from '../columns.ts';
import type { DenseRows } from '../sparse-rows.ts';
import {
  areNames,
  checkedState,
  either,
  isListOf,
  isNumber,
  isOneOf,
  isPositive,
} from './checked-state.ts';
import type { ColumnEncoder, FitContext, FittedColumn, Json, Target } from './column-encoder.ts';
import { givenOptions } from './given-options.ts';
import { levelsOf } from './levels-of.ts';
import { moments } from './number-encoder.ts';

export interface TargetEncoderOptions {
  /**
   * The number of folds: the rows of each are coded by what was learned from the others. Default 5.
   */
  folds?: number;
}

interface State {
  /** Levels, and for each its code in every output. */
  levels: string[];
  codes: number[][];
  /** Of missing values, if there were some. */
  missing: number[] | null;
  /** Of levels that were not seen. */
  unseen: number[];
  /** What the codes are divided by after `unseen` is taken off. */
  deviations: number[];
}

/**
 * Each level becomes the mean of the target over its rows, shrunk towards the mean of all rows the
 * more uncertain it is (empirical Bayes; Micci-Barreca 2001, as scikit-learn's `TargetEncoder` with
 * smooth 'auto'), centred and scaled. For two classes it is the share of the second, for more
 * classes the share of each. The rows of the fit are coded by the other folds only, so that a row's
 * own target does not leak into its features.
 *
 * @example
 * tableEncoder({ columns: { zip: targetEncoder({ folds: 5 }) } });
 */
export function targetEncoder(options: TargetEncoderOptions = {}): ColumnEncoder {
  knownOptions('The options', options, ['folds']);
  const { folds = 5 } = options;
  integerBetween('folds', folds, 2);
  const fit = (column: Column, context: FitContext) => learn(column, outputsOf(context.target));
  return {
    kind: 'target',
    accepts: ['category', 'number', 'boolean'],
    ...givenOptions(options),
    fit: (column, context) => fitted(fit(column, context)),
    fitTransform(column, context) {
      const state = fit(column, context);
      const rows = outOfFold(column, context, state, folds);
      return { fitted: fitted(state), rows };
    },
    fromJSON: (state) => fitted(restored(state)),
  };
}

/** The target as numbers: NaN where it is not known. */
function outputsOf(target: Target | undefined): Float64Array[] {
  if (!target) fail('target', 'given: `targetEncoder` codes levels by it', target);
  if (target.type === 'number') return [target.values];
  const { codes, classes } = target;
  const wanted = classes === 2 ? [1] : Array.from({ length: classes }, (_, i) => i);
  return wanted.map((one) =>
    Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : Number(code === one))),
  );
}

function learn(column: Column, outputs: readonly Float64Array[]): State {
  const { codes, levels } = levelsOf(column);
  const rows = Uint32Array.from(codes, (_, row) => row);
  // The last place is of missing values.
  const means = outputs.map((y) => levelMeans(codes, levels.length, y, rows));
  const seen = means[0].counts;
  const kept = levels.map((_, code) => code).filter((code) => seen[code] > 0);
  const deviations = means.map(({ codes: coded }) => {
    const spread = moments(Float64Array.from(codes, (code) => coded[placeOf(code, levels.length)]));
    return spread.deviation || 1;
  });
  return {
    levels: kept.map((code) => levels[code]),
    codes: kept.map((code) => means.map(({ codes: coded }) => coded[code])),
    missing: seen[levels.length] > 0 ? means.map(({ codes: coded }) => coded[levels.length]) : null,
    unseen: means.map(({ mean }) => mean),
    deviations,
  };
}

const placeOf = (code: number, levels: number) => (code < 0 ? levels : code);

/** Each level's mean of some rows, drawn to the mean of all by the variances of both. */
function levelMeans(codes: Int32Array, levels: number, y: Float64Array, rows: ArrayLike<number>) {
  const known = Array.from(rows).filter((row) => !Number.isNaN(y[row]));
  const { mean, deviation } = moments(known.map((row) => y[row]));
  const variance = deviation ** 2;
  const counts = new Uint32Array(levels + 1);
  const sums = new Float64Array(levels + 1);
  for (const row of known) {
    const place = placeOf(codes[row], levels);
    counts[place]++;
    sums[place] += y[row] - mean;
  }
  const squares = new Float64Array(levels + 1);
  for (const row of known) {
    const place = placeOf(codes[row], levels);
    squares[place] += (y[row] - mean - sums[place] / counts[place]) ** 2;
  }
  const coded = Float64Array.from(sums, (sum, place) => {
    const count = counts[place];
    if (count === 0 || variance === 0) return mean + 0;
    const weight = (variance * count) / (variance * count + squares[place] / count);
    return mean + (weight * sum) / count + 0;
  });
  return { codes: coded, counts, mean };
}

function outOfFold(column: Column, context: FitContext, state: State, folds: number): DenseRows {
  const { codes, levels } = levelsOf(column);
  const outputs = outputsOf(context.target);
  const foldOf = dealFolds(context.target!, folds, context.random);
  const width = outputs.length;
  const data = new Float32Array(codes.length * width);
  for (let fold = 0; fold < folds; fold++) {
    const others: number[] = [];
    const own: number[] = [];
    foldOf.forEach((of, row) => {
      (of === fold ? own : others).push(row);
    });
    outputs.forEach((y, output) => {
      const { codes: coded } = levelMeans(codes, levels.length, y, others);
      for (const row of own) {
        const code = coded[placeOf(codes[row], levels.length)];
        data[row * width + output] = (code - state.unseen[output]) / state.deviations[output];
      }
    });
  }
  return { data, shape: [codes.length, width] };
}

/** A fold for each row; every class is spread over all of them. */
function dealFolds(target: Target, folds: number, random: Random): Uint32Array {
  const rows = target.type === 'number' ? target.values.length : target.codes.length;
  const foldOf = new Uint32Array(rows);
  const next = new Map<number, number>();
  for (const row of random.permutation(rows)) {
    const label = target.type === 'number' ? 0 : target.codes[row];
    const turn = next.get(label) ?? 0;
    foldOf[row] = turn % folds;
    next.set(label, turn + 1);
  }
  return foldOf;
}

function restored(json: Json): State {
  const { levels, unseen } = (json ?? {}) as { levels?: unknown[]; unseen?: unknown[] };
  const codes = isListOf(isNumber, unseen?.length);
  return checkedState<State>('target', json, {
    levels: areNames,
    unseen: (value) => isListOf(isNumber)(value) && (value as unknown[]).length > 0,
    codes: isListOf(codes, levels?.length),
    missing: either(isOneOf(null), codes),
    deviations: isListOf(isPositive, unseen?.length),
  });
}

function fitted(state: State): FittedColumn {
  const { levels, codes, missing, unseen, deviations } = state;
  const width = unseen.length;
  const known = new Map(levels.map((level, i) => [level, codes[i]]));
  return {
    features: width === 1 ? ['target'] : unseen.map((_, i) => `target ${i}`),
    transform(column: Column): DenseRows {
      const { codes: own, levels: names } = levelsOf(column);
      const data = new Float32Array(own.length * width);
      const coded = names.map((name) => known.get(name) ?? unseen);
      for (let row = 0; row < own.length; row++) {
        const code = own[row] < 0 ? (missing ?? unseen) : coded[own[row]];
        for (let i = 0; i < width; i++)
          data[row * width + i] = (code[i] - unseen[i]) / deviations[i];
      }
      return { data, shape: [own.length, width] };
    },
    toJSON: () => ({ levels, codes, missing, unseen, deviations }) as unknown as Json,
  };
}
