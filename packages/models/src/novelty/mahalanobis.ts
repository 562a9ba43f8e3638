import { type DistanceOptions, measureOf } from './distance-options.ts';
import { distanceSolver } from './distance-solver.ts';
import type { NoveltySolver } from './novelty-solver.ts';

/**
 * Novelty as the Mahalanobis distance in the space of features: the score of a row is −d²,
 * d² = (z − z̄)ᵀ(Σ + floor·tr(Σ)·I)⁻¹(z − z̄), with the mean z̄ and the covariance Σ of the rows.
 *
 * It passes over the rows once. More rows can be added, whole models merged, and rows removed. For a
 * kernel's features this is the kernel Mahalanobis distance: directions in which rows hardly vary
 * count as much as those in which they do, so that it sees a row that leaves the surface on which the
 * rows lie.
 *
 * The threshold is the distance that a share `nu` of the rows exceed, each measured from the other
 * rows alone, so that a share `nu` of new rows exceeds it too.
 *
 * Haasdonk & Pekalska, "Classification with kernel Mahalanobis distance classifiers", 2009.
 *
 * @throws RangeError if `nu` does not lie between 0 and 1, or `floor` is not a positive finite number.
 *
 * @example
 * const model = new KernelOneClass({ solver: mahalanobis({ nu: 0.01 }) });
 */
export const mahalanobis = (options: DistanceOptions = {}): NoveltySolver => {
  const { config, ...measure } = measureOf('mahalanobis', options);
  return distanceSolver('mahalanobis', config, { ...measure, centred: true });
};
