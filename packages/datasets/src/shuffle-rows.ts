import { createRandom } from '@kernel-methods/random';
import { checkLabelled, takeRows } from './take-rows.ts';
import type { LabelledData } from './types.ts';

export interface ShuffleOptions {
  /** Default 0. */
  seed?: number;
}

/**
 * Puts the rows of x and their labels y in the same new random order; all other members (such as
 * `classNames`) are kept. Nothing is changed in place.
 *
 * @throws RangeError unless x has as many rows as y has labels.
 *
 * @example
 * shuffleRows(moons({ rows: 200 }), { seed: 1 });
 */
export function shuffleRows<T extends LabelledData>(
  dataset: T,
  { seed = 0 }: ShuffleOptions = {},
): T {
  const rows = checkLabelled(dataset);
  return takeRows(dataset, createRandom(seed).stream('shuffle').permutation(rows));
}
