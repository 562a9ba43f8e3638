/** The mean of numbers, and their standard deviation (divided by n); NaN if there are none. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** NaN if there are none. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
