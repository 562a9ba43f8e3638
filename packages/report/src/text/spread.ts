import { seconds } from './format.ts';

/** Mean, deviation, median and range of some numbers. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of the sample; 0 for a single number. */
  readonly deviation: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Mean, deviation, median and range of some numbers; null if there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    n,
    mean,
    deviation: n === 1 ? 0 : Math.sqrt(squares / (n - 1)),
    median: (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2,
    low: sorted[0],
    high: sorted[n - 1],
  };
}

/** The median of some numbers; NaN if there are none. */
export const medianOf = (values: readonly number[]): number =>
  spreadOf(values)?.median ?? Number.NaN;

/** A share as a percentage: 94.46 %. */
export const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** 94.46 ± 0.11 %: the mean, and the standard deviation if there are several numbers. */
export function meanPercent({ mean, deviation, n }: Spread): string {
  const spread = n > 1 ? ` ± ${(100 * deviation).toFixed(2)}` : '';
  return `${(100 * mean).toFixed(2)}${spread} %`;
}

/** The median in seconds, and the range of the numbers if it shows at this precision. */
export function medianSeconds({ median, low, high }: Spread): string {
  const range = seconds(low) === seconds(high) ? '' : ` (${seconds(low)} – ${seconds(high)})`;
  return `${seconds(median)}${range}`;
}
