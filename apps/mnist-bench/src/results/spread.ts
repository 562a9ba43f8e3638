import type { Spread } from '../comparison/comparison.ts';

/** How numbers lie; null where there are none. */
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

/** NaN where there are none. */
export const medianOf = (values: readonly number[]): number =>
  spreadOf(values)?.median ?? Number.NaN;
