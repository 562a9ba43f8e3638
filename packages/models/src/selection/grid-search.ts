import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import type { KernelModel, TargetsFor } from '../estimators/kernel-model.ts';
import { type Grid, gridCandidates } from './parameters.ts';
import { type Ranking, type SearchOptions, type SearchResult, search } from './search.ts';

/**
 * Tries all combinations of options by cross-validation, ranks them, and fits the best to all rows.
 *
 * Combinations with the same `features`, `outputDim`, `scale` and `seed` share their features; with
 * the solver 'direct' also the sums over them, so that another `l2` costs one factorization per
 * fold. A combination that cannot be fitted is ranked last, with its error.
 *
 * @param estimator the estimator to search for; it is neither fitted nor changed.
 * @param grid values of each option, or several such grids.
 * @throws RangeError or TypeError on bad input, before any work; Error if no combination can be
 * fitted; SelectionAbortedError, with the ranking so far, when the signal is aborted.
 *
 * @example
 * const x = Array.from({ length: 90 }, (_, i) => [i / 10, (i * 7) % 3]);
 * const y = x.map(([a, b]) => Math.sin(a) + b);
 * const ridge = new KernelRidge({ outputDim: 64, scale: 1.5 });
 * const { best, params } = await gridSearch(ridge, { l2: [1e-6, 1e-3], scale: [0.5, 5] }, x, y);
 */
export function gridSearch<M extends KernelModel>(
  estimator: M,
  grid: Grid | readonly Grid[],
  x: RowsLike | TableRows,
  y: TargetsFor<M> | string,
  options?: SearchOptions & { refit?: true },
): Promise<SearchResult<M>>;
export function gridSearch<M extends KernelModel>(
  estimator: M,
  grid: Grid | readonly Grid[],
  x: RowsLike | TableRows,
  y: TargetsFor<M> | string,
  options: SearchOptions,
): Promise<Ranking>;
export async function gridSearch(
  estimator: KernelModel,
  grid: Grid | readonly Grid[],
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  options: SearchOptions = {},
): Promise<Ranking> {
  return search(estimator, gridCandidates(grid), x, y, options);
}
