import { knownOptions } from '@kernel-methods/check';
import { fail } from '../check.ts';
import type { CategoryColumn, Column } from '../columns.ts';
import { quantile } from '../describe.ts';
import type { DenseRows } from '../sparse-rows.ts';
import { areNames, checkedState, isFlag, isNotNegative, isNumber } from './checked-state.ts';
import {
  type ColumnEncoder,
  type FittedColumn,
  indicatorShare,
  type Json,
} from './column-encoder.ts';
import { givenOptions } from './given-options.ts';
import { levelsOf } from './levels-of.ts';
import { moments } from './number-encoder.ts';

export interface OrdinalEncoderOptions {
  /** The levels, lowest first. Default: those of a category that is ordered. */
  levels?: readonly string[];
}

interface State {
  levels: string[];
  mean: number;
  deviation: number;
  median: number;
  indicator: boolean;
}

/**
 * The rank of each level in its order, centred and scaled. Missing values, and levels that are not
 * in the order, become the median; where they are at least 5 %, a feature marks them.
 *
 * @example
 * tableEncoder({ columns: { size: ordinalEncoder({ levels: ['S', 'M', 'L'] }) } });
 */
export function ordinalEncoder(options: OrdinalEncoderOptions = {}): ColumnEncoder {
  knownOptions('The options', options, ['levels']);
  const { levels } = options;
  if (levels !== undefined) {
    const names = Array.isArray(levels) && levels.every((level) => typeof level === 'string');
    if (!names || levels.length < 2 || new Set(levels).size < levels.length) {
      fail('levels', 'two distinct strings or more', levels);
    }
  }
  return {
    kind: 'ordinal',
    accepts: ['category', 'number'],
    ...givenOptions(options),
    fit(column) {
      const order = levels ?? orderOf(column);
      const ranks = ranksOf(column, order);
      const known = ranks.filter((rank) => !Number.isNaN(rank)).sort();
      const unknown = ranks.length - known.length;
      return fitted({
        levels: [...order],
        ...moments(known),
        median: known.length ? quantile(known, 0.5) : 0,
        indicator: unknown > 0 && unknown >= indicatorShare * ranks.length,
      });
    },
    fromJSON: (state) => fitted(checkedState<State>('ordinal', state, RULES)),
  };
}

function orderOf(column: Column): readonly string[] {
  if (column.type === 'category') {
    if (column.ordered) return (column as CategoryColumn).levels;
    return fail(
      'levels',
      `given for column ${JSON.stringify(column.name)}, which is not ordered`,
      undefined,
    );
  }
  const { levels } = levelsOf(column);
  return [...levels].sort((a, b) => Number(a) - Number(b));
}

function ranksOf(column: Column, order: readonly string[]): Float64Array {
  const { codes, levels } = levelsOf(column);
  const places = new Map(order.map((level, i) => [level, i]));
  const ranks = levels.map((level) => places.get(level) ?? Number.NaN);
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : ranks[code]));
}

const RULES = {
  levels: areNames,
  mean: isNumber,
  deviation: isNotNegative,
  median: isNumber,
  indicator: isFlag,
};

function fitted(state: State): FittedColumn {
  const { levels, mean, deviation, median, indicator } = state;
  const features = [...(deviation ? [''] : []), ...(indicator ? ['missing'] : [])];
  return {
    features,
    transform(column: Column): DenseRows {
      const ranks = ranksOf(column, levels);
      const width = features.length;
      const data = new Float32Array(ranks.length * width);
      ranks.forEach((rank, row) => {
        let at = row * width;
        const unknown = Number.isNaN(rank);
        if (deviation) data[at++] = ((unknown ? median : rank) - mean) / deviation;
        if (indicator) data[at] = Number(unknown);
      });
      return { data, shape: [ranks.length, width] };
    },
    toJSON: () => ({ ...state }) as unknown as Json,
  };
}
