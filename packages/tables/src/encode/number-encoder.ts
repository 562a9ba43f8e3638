import { knownOptions, oneOf } from '@kernel-methods/check';
import { fail } from '../check.ts';
import type { Column, NumberColumn } from '../columns.ts';
import { quantile } from '../describe.ts';
import type { DenseRows } from '../sparse-rows.ts';
import {
  checkedState,
  either,
  hasFields,
  isFlag,
  isListOf,
  isNotNegative,
  isNumber,
  isOneOf,
  isPositive,
} from './checked-state.ts';
import {
  type ColumnEncoder,
  type FittedColumn,
  indicatorShare,
  type Json,
} from './column-encoder.ts';
import { givenOptions } from './given-options.ts';
import {
  applyTransform,
  chooseTransform,
  type NumberTransform,
  type NumberTransformName,
} from './number-transforms.ts';

export interface NumberEncoderOptions {
  /** The transform for skewed values. Default 'auto': the one that helps, or none. */
  transform?: NumberTransformName;
  /**
   * Whether a feature marks missing values. Default 'auto': it does where at least 5 % are missing.
   */
  indicator?: boolean | 'auto';
  /**
   * How many standard deviations from the mean a value may be; values further out are moved there.
   * Default 5.
   */
  clip?: number;
}

interface State {
  transform: NumberTransform;
  /** The mean of the transformed values. */
  mean: number;
  /** 0 where all values are equal: then the value is no feature. */
  deviation: number;
  /** The median of the values before the transform: it replaces missing values. */
  median: number;
  indicator: boolean;
  clip: number;
}

/**
 * Numbers, centred and scaled to a standard deviation of 1. Skewed columns go through a logarithm
 * or quantiles first. A missing value becomes the median, an infinite one the furthest value that
 * `clip` allows, and −0 becomes 0.
 *
 * @example
 * tableEncoder({ columns: { income: numberEncoder({ transform: 'log' }) } });
 */
export function numberEncoder(options: NumberEncoderOptions = {}): ColumnEncoder {
  knownOptions('The options', options, ['transform', 'indicator', 'clip']);
  const { transform = 'auto', indicator = 'auto', clip = 5 } = options;
  oneOf('transform', transform, ['auto', 'none', 'log', 'quantile'], '"');
  oneOf('indicator', indicator, [true, false, 'auto'], '"');
  if (typeof clip !== 'number' || !(clip > 0)) fail('clip', 'a positive number', clip);
  return {
    kind: 'number',
    accepts: ['number'],
    ...givenOptions(options),
    fit(column) {
      const { values } = column as NumberColumn;
      const sorted = values.filter(Number.isFinite).sort();
      const missing = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
      const chosen = sorted.length
        ? chooseTransform(sorted, transform)
        : ({ type: 'none' } as const);
      const { mean, deviation } = moments(sorted.map((value) => applyTransform(chosen, value)));
      const wanted = missing > 0 && missing >= indicatorShare * values.length;
      return fitted({
        transform: chosen,
        mean,
        // Values that are all equal differ by rounding once they are transformed.
        deviation: sorted[0] === sorted[sorted.length - 1] ? 0 : deviation,
        median: sorted.length ? quantile(sorted, 0.5) + 0 : 0,
        indicator: indicator === 'auto' ? wanted : indicator,
        clip: Math.min(clip, 1e9),
      });
    },
    fromJSON: (state) => fitted(checkedState<State>('number', state, RULES)),
  };
}

const RULES = {
  transform: either(
    hasFields({ type: isOneOf('none') }),
    hasFields({ type: isOneOf('log'), center: isNumber, scale: isPositive }),
    hasFields({ type: isOneOf('quantile'), values: isListOf(isNumber) }),
  ),
  mean: isNumber,
  deviation: isNotNegative,
  median: isNumber,
  indicator: isFlag,
  clip: isPositive,
};

function fitted(state: State): FittedColumn {
  const { transform, mean, deviation, median, indicator, clip } = state;
  const features = [...(deviation ? [''] : []), ...(indicator ? ['missing'] : [])];
  const encode = (value: number) => {
    const known = Number.isNaN(value) ? median : value;
    if (!Number.isFinite(known)) return known > 0 ? clip : -clip;
    const scaled = (applyTransform(transform, known) - mean) / deviation;
    return Math.min(clip, Math.max(-clip, scaled)) + 0;
  };
  return {
    features,
    transform(column: Column): DenseRows {
      const { values } = column as NumberColumn;
      const width = features.length;
      const data = new Float32Array(values.length * width);
      for (let row = 0; row < values.length; row++) {
        let at = row * width;
        if (deviation) data[at++] = encode(values[row]);
        if (indicator) data[at] = Number.isNaN(values[row]) ? 1 : 0;
      }
      return { data, shape: [values.length, width] };
    },
    toJSON: () => ({ ...state }) as unknown as Json,
  };
}

/** Mean and standard deviation (n); about one of the values, which keeps the digits of large ones. */
export function moments(values: ArrayLike<number>): { mean: number; deviation: number } {
  const { length } = values;
  if (length === 0) return { mean: 0, deviation: 0 };
  const origin = values[length >> 1];
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i] - origin;
  const offset = sum / length;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (values[i] - origin - offset) ** 2;
  const deviation = Math.sqrt(squares / length);
  return { mean: origin + offset + 0, deviation: Number.isFinite(deviation) ? deviation : 0 };
}
