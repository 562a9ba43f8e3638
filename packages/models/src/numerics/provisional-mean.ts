/**
 * How many deviations a feature's mean may be off 0 before its products lose digits that count: four
 * of 24 bits. Bounded features, cosines above all, stay below; there nothing need be copied.
 */
const OFFSET = 4;

/**
 * What is subtracted from features before they are multiplied: their mean over some first rows, as
 * float32; undefined where all of them vary around 0 widely enough to be taken as they are.
 *
 * @param at of each row, where it begins in `values`.
 */
export function provisionalMean(
  values: Float32Array,
  width: number,
  at: (row: number) => number,
  rows: number,
  weights: Float32Array | undefined,
): Float32Array | undefined {
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  let total = 0;
  // Welford's: the mean of equal numbers is that number, exactly.
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    if (weight === 0) continue;
    total += weight;
    const share = weight / total;
    for (let i = 0, from = at(row); i < width; i++, from++) {
      const apart = values[from] - mean[i];
      mean[i] += share * apart;
      squares[i] += weight * apart * (values[from] - mean[i]);
    }
  }
  const isOff = mean.some((value, i) => value * value * total > OFFSET ** 2 * squares[i]);
  return isOff ? Float32Array.from(mean) : undefined;
}
