import { type BooleanColumn, type Column, missingBoolean } from '../columns.ts';
import type { DenseRows } from '../sparse-rows.ts';
import { checkedState, isFlag, isNumber } from './checked-state.ts';
import { type ColumnEncoder, type FittedColumn, indicatorShare } from './column-encoder.ts';

interface State {
  /** The share of true ones, in the place of missing values. */
  share: number;
  /** Whether both values were there. */
  varies: boolean;
  indicator: boolean;
}

/**
 * 1 for true and 0 for false. A missing value becomes the share of true values; where at least 5 %
 * are missing, a second feature marks them.
 *
 * @example
 * tableEncoder({ columns: { member: booleanEncoder() } });
 */
export function booleanEncoder(): ColumnEncoder {
  return {
    kind: 'boolean',
    accepts: ['boolean'],
    fit(column) {
      const { values } = column as BooleanColumn;
      const counts = [0, 0, 0];
      for (const value of values) counts[value]++;
      const known = counts[0] + counts[1];
      return fitted({
        share: known ? counts[1] / known : 0,
        varies: counts[0] > 0 && counts[1] > 0,
        indicator: counts[2] > 0 && counts[2] >= indicatorShare * values.length,
      });
    },
    fromJSON: (state) => fitted(checkedState<State>('boolean', state, RULES)),
  };
}

const RULES = { share: isNumber, varies: isFlag, indicator: isFlag };

function fitted({ share, varies, indicator }: State): FittedColumn {
  const features = [...(varies ? [''] : []), ...(indicator ? ['missing'] : [])];
  return {
    features,
    transform(column: Column): DenseRows {
      const { values } = column as BooleanColumn;
      const width = features.length;
      const data = new Float32Array(values.length * width);
      values.forEach((value, row) => {
        let at = row * width;
        const missing = value === missingBoolean;
        if (varies) data[at++] = missing ? share : value;
        if (indicator) data[at] = Number(missing);
      });
      return { data, shape: [values.length, width] };
    },
    toJSON: () => ({ share, varies, indicator }),
  };
}
