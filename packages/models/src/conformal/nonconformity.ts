import type { RowsLike } from '../data/rows.ts';
import type { KernelModel } from '../estimators/kernel-model.ts';
import type { Ends } from './region.ts';

/** One minus the probability of each class, for each row. */
export async function nonconformity(model: KernelModel, x: RowsLike): Promise<number[][]> {
  const { data, shape } = await model.predictProba(x);
  const [rows, classes] = shape;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * classes, (row + 1) * classes), (p) => 1 - p),
  );
}

/** What is said of a row as the ends of an interval: a number twice, or the outermost quantiles. */
export const endsOf = (said: number | readonly number[]): Ends =>
  typeof said === 'number'
    ? { from: said, to: said }
    : { from: said[0], to: said[said.length - 1] };

/** The number in the middle: of an even number of quantiles, the mean of the two. */
export function middleOf(said: number | readonly number[]): number {
  if (typeof said === 'number') return said;
  const half = (said.length - 1) / 2;
  return (said[Math.floor(half)] + said[Math.ceil(half)]) / 2;
}

/** How far each target is outside of what is said of its row; below 0 within an interval. */
export const distancesOf = (
  said: readonly (number | readonly number[])[],
  truth: readonly number[],
): number[] =>
  said.map((one, row) => {
    const { from, to } = endsOf(one);
    return Math.max(from - truth[row], truth[row] - to);
  });
