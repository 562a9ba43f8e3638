import { checkMatrix, fail } from './check.ts';
import type { DataMatrix, NumberArray } from './types.ts';

/** The statistics of each column. */
export interface ColumnStatistics {
  mean: Float64Array;
  /** Standard deviation (divided by n); 1 for a constant column. */
  deviation: Float64Array;
}

export interface StandardizeOptions {
  /**
   * The statistics of the training rows, to be applied to other rows. Default: those of x itself.
   */
  statistics?: ColumnStatistics;
}

/**
 * Standardizes each column to mean 0 and standard deviation 1; a constant column becomes 0. All
 * axes after the first are columns: images [n, 28, 28] have 784.
 *
 * @returns x of the same shape as float32, and the statistics that were applied.
 * @throws RangeError unless x is a matrix of finite numbers and `statistics` has as many columns.
 *
 * @example
 * const { train, test } = trainTestSplit(moons({ rows: 200 }));
 * const { x, statistics } = standardizeColumns(train.x);
 * standardizeColumns(test.x, { statistics }); // by the training rows' means and deviations
 */
export function standardizeColumns(
  x: DataMatrix<NumberArray>,
  { statistics }: StandardizeOptions = {},
): { x: DataMatrix; statistics: ColumnStatistics } {
  const [rows, columns] = checkMatrix('x', x);
  const odd = x.data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail(`x.data[${odd}]`, 'a finite number', x.data[odd]);
  const used = statistics ?? measure(x.data, rows, columns);
  const { mean, deviation } = used;
  if (mean?.length !== columns || deviation?.length !== columns) {
    fail('statistics', `of ${columns} columns, as x`, `${mean?.length} and ${deviation?.length}`);
  }
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    data[i] = (x.data[i] - mean[i % columns]) / deviation[i % columns];
  }
  return { x: { data, shape: [...x.shape] }, statistics: used };
}

/**
 * It takes two passes, relative to the first row, and is exact for a constant column, whatever its
 * value.
 */
function measure(data: NumberArray, rows: number, columns: number): ColumnStatistics {
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] - data[i % columns];
  for (let j = 0; j < columns; j++) mean[j] = data[j] + mean[j] / rows;
  for (let i = 0; i < data.length; i++)
    deviation[i % columns] += (data[i] - mean[i % columns]) ** 2;
  for (let j = 0; j < columns; j++) {
    deviation[j] = Math.sqrt(deviation[j] / rows) || 1;
  }
  return { mean, deviation };
}
