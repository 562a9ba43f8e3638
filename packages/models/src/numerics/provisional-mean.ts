/**
 * The number of standard deviations that a feature's mean may be away from 0: beyond it, products
 * lose more than four of their 24 bits. Bounded features, especially cosines, stay below, and need
 * not be copied.
 */
const OFFSET = 4;

/**
 * What is subtracted from features before they are multiplied: their mean over some first rows, as
 * float32; undefined if all of them vary widely enough around 0 not to need it.
 */
export function provisionalMean(rows: Rows): Float32Array | undefined {
  const { mean, squares, weight } = meanAndSquares(rows);
  const isOff = mean.some((value, i) => value * value * weight > OFFSET ** 2 * squares[i]);
  return isOff ? Float32Array.from(mean) : undefined;
}

/**
 * The mean of all features together as a vector, if its length is above four times the deviation of
 * the rows from it; otherwise undefined.
 */
export function distantMean(rows: Rows): Float32Array | undefined {
  const { mean, squares, weight } = meanAndSquares(rows);
  const length = mean.reduce((sum, value) => sum + value * value, 0);
  const variance = squares.reduce((sum, value) => sum + value / weight, 0);
  return length > OFFSET ** 2 * variance ? Float32Array.from(mean) : undefined;
}

/** The root of the mean of ‖row − origin‖²; without an origin, it is 0. */
export function lengthAbout(
  { values, width, at, rows, weights }: Rows,
  origin?: Float32Array,
): number {
  let squares = 0;
  let weight = 0;
  for (let row = 0; row < rows; row++) {
    const own = weights === undefined ? 1 : weights[row];
    if (own === 0) continue;
    weight += own;
    for (let i = 0, from = at(row); i < width; i++, from++) {
      squares += own * (values[from] - (origin?.[i] ?? 0)) ** 2;
    }
  }
  return Math.sqrt(squares / weight);
}

/** The root of the mean of ‖row − mean‖². */
export function deviationOf(rows: Rows): number {
  const { squares, weight } = meanAndSquares(rows);
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / weight);
}

export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
  /** Where a row begins in `values`. */
  readonly at: (row: number) => number;
  readonly rows: number;
  readonly weights: Float32Array | undefined;
}

/** Uses Welford's method: the mean of equal numbers is exactly that number. */
function meanAndSquares({ values, width, at, rows, weights }: Rows) {
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  let weight = 0;
  for (let row = 0; row < rows; row++) {
    const own = weights === undefined ? 1 : weights[row];
    if (own === 0) continue;
    weight += own;
    const share = own / weight;
    for (let i = 0, from = at(row); i < width; i++, from++) {
      const apart = values[from] - mean[i];
      mean[i] += share * apart;
      squares[i] += own * apart * (values[from] - mean[i]);
    }
  }
  return { mean, squares, weight };
}
