import { type DistanceOptions, measureOf } from './distance-options.ts';
import { distanceSolver } from './distance-solver.ts';
import type { NoveltySolver } from './novelty-solver.ts';

/**
 * Novelty as leverage: the score of a row is −n·h, h = zᵀ(ZᵀZ + n·floor·tr(Σ)·I)⁻¹z, the influence that
 * the row would have on a ridge regression. n·h is the inverse of Christoffel's function, whose levels
 * follow the support of the rows.
 *
 * As `mahalanobis`, with distances from 0 instead of the mean: one pass over the rows, which can also be
 * merged and removed; and the threshold is chosen in the same way.
 *
 * Lasserre & Pauwels, "The empirical Christoffel function with applications in data analysis",
 * Advances in Computational Mathematics 45, 2019.
 *
 * @throws RangeError if `nu` does not lie between 0 and 1, or `floor` is not a positive finite number.
 *
 * @example
 * const model = new KernelOneClass({ solver: leverage({ floor: 1e-3 }) });
 */
export const leverage = (options: DistanceOptions = {}): NoveltySolver => {
  const { config, ...measure } = measureOf('leverage', options);
  return distanceSolver('leverage', config, { ...measure, centred: false });
};
