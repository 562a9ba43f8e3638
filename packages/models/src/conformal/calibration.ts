import { rankFor } from './order.ts';

/** Ascending scores of rows that a model was not trained on, by stratum. */
export type Scores = ReadonlyMap<string, Float64Array>;

/** The stratum of all rows where none are told apart. */
export const ALL = '';

/** Sorts scores into strata. */
export function byStratum(
  scores: ArrayLike<number>,
  strata: readonly string[] | undefined,
): Scores {
  const lists = new Map<string, number[]>();
  for (let row = 0; row < scores.length; row++) {
    const stratum = strata?.[row] ?? ALL;
    const list = lists.get(stratum);
    if (list) list.push(scores[row]);
    else lists.set(stratum, [scores[row]]);
  }
  return new Map([...lists].map(([name, list]) => [name, Float64Array.from(list).sort()]));
}

/**
 * The score that a share of new rows does not exceed; Infinity if there are too few scores to tell.
 */
export function boundOf(scores: Float64Array | undefined, coverage: number): number {
  const n = scores?.length ?? 0;
  const rank = rankFor(n, coverage);
  return rank > n ? Number.POSITIVE_INFINITY : (scores as Float64Array)[rank - 1];
}
