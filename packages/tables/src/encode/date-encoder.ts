import type { Column, DateColumn } from '../columns.ts';
import type { DenseRows } from '../sparse-rows.ts';
import {
  areNames,
  checkedState,
  isFlag,
  isListOf,
  isNotNegative,
  isNumber,
  isOneOf,
} from './checked-state.ts';
import {
  type ColumnEncoder,
  type FittedColumn,
  indicatorShare,
  type Json,
} from './column-encoder.ts';
import { moments } from './number-encoder.ts';

/** Where a date is in a cycle, from 0 to 1, in UTC. */
const cycles = {
  month: (date: Date) => date.getUTCMonth() / 12,
  day: (date: Date) => (date.getUTCDate() - 1) / 31,
  weekday: (date: Date) => date.getUTCDay() / 7,
  hour: (date: Date) => (date.getUTCHours() + date.getUTCMinutes() / 60) / 24,
} as const;
type Cycle = keyof typeof cycles;
const cycleNames = Object.keys(cycles) as Cycle[];

interface State {
  /** Of milliseconds. A deviation of 0 where all dates are equal. */
  mean: number;
  deviation: number;
  /** The cycles in which the dates differ. */
  cycles: Cycle[];
  indicator: boolean;
}

const clip = 5;

/**
 * A date as its position in time (centred, scaled, at most five deviations from the mean) and its
 * position within the year, month, week and day (sine and cosine of each, so that December is next
 * to January). Cycles in which the dates of the fit do not differ are left out. A missing date is 0
 * everywhere; where at least 5 % are missing, a feature marks them.
 *
 * @example
 * tableEncoder({ columns: { born: dateEncoder() } });
 */
export function dateEncoder(): ColumnEncoder {
  return {
    kind: 'date',
    accepts: ['date'],
    fit(column) {
      const { values } = column as DateColumn;
      const known = values.filter(Number.isFinite);
      const missing = values.length - known.length;
      const dates = Array.from(known, (time) => new Date(time));
      return fitted({
        ...moments(known),
        cycles: cycleNames.filter((name) => new Set(dates.map(cycles[name])).size > 1),
        indicator: missing > 0 && missing >= indicatorShare * values.length,
      });
    },
    fromJSON: (state) => fitted(checkedState<State>('date', state, RULES)),
  };
}

const RULES = {
  mean: isNumber,
  deviation: isNotNegative,
  cycles: (value: unknown) => areNames(value) && isListOf(isOneOf(...cycleNames))(value),
  indicator: isFlag,
};

function fitted(state: State): FittedColumn {
  const { mean, deviation, cycles: names, indicator } = state;
  const features = [
    ...(deviation ? [''] : []),
    ...names.flatMap((name) => [`${name} sin`, `${name} cos`]),
    ...(indicator ? ['missing'] : []),
  ];
  return {
    features,
    transform(column: Column): DenseRows {
      const { values } = column as DateColumn;
      const width = features.length;
      const data = new Float32Array(values.length * width);
      values.forEach((time, row) => {
        if (Number.isNaN(time)) {
          if (indicator) data[(row + 1) * width - 1] = 1;
          return;
        }
        let at = row * width;
        if (deviation) data[at++] = Math.min(clip, Math.max(-clip, (time - mean) / deviation));
        const date = new Date(time);
        for (const name of names) {
          const angle = 2 * Math.PI * cycles[name](date);
          data[at++] = Math.sin(angle);
          data[at++] = Math.cos(angle);
        }
      });
      return { data, shape: [values.length, width] };
    },
    toJSON: () => ({ ...state }) as unknown as Json,
  };
}
