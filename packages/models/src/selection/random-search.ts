import { positiveInteger } from '@kernel-methods/check';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import type { KernelModel, TargetsFor } from '../estimators/kernel-model.ts';
import { type Distributions, drawnCandidates } from './parameters.ts';
import { type Ranking, type SearchOptions, type SearchResult, search } from './search.ts';

export interface RandomSearchOptions extends SearchOptions {
  /** The number of settings to draw. Default 10. */
  candidates?: number;
}

/**
 * Tries random options: like `gridSearch`, over settings in which each option comes from a list or
 * a distribution (`logUniform`, `uniform`, `integers`, or any function of a `Random`). Folds and
 * settings are drawn from the `seed`; the first settings do not change if more are drawn.
 *
 * Bergstra & Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012.
 *
 * @throws as `gridSearch`.
 *
 * @example
 * const x = Array.from({ length: 90 }, (_, i) => [i / 10, (i * 7) % 3]);
 * const y = x.map(([a, b]) => Math.sin(a) + b);
 * const ridge = new KernelRidge({ outputDim: 64, scale: 1.5 });
 * const distributions = { l2: logUniform(1e-8, 1e-2), scale: uniform(0.5, 5) };
 * const { best, params } = await randomSearch(ridge, distributions, x, y, { candidates: 10 });
 */
export function randomSearch<M extends KernelModel>(
  estimator: M,
  distributions: Distributions,
  x: RowsLike | TableRows,
  y: TargetsFor<M> | string,
  options?: RandomSearchOptions & { refit?: true },
): Promise<SearchResult<M>>;
export function randomSearch<M extends KernelModel>(
  estimator: M,
  distributions: Distributions,
  x: RowsLike | TableRows,
  y: TargetsFor<M> | string,
  options: RandomSearchOptions,
): Promise<Ranking>;
export async function randomSearch(
  estimator: KernelModel,
  distributions: Distributions,
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  { candidates = 10, ...options }: RandomSearchOptions = {},
): Promise<Ranking> {
  positiveInteger('candidates', candidates);
  const settings = drawnCandidates(distributions, candidates, options.seed ?? 0);
  return search(estimator, settings, x, y, options);
}
