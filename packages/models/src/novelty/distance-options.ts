import { positiveFinite } from '@kernel-methods/check';
import { knownSolverOptions } from '../solvers/solver-options.ts';
import { checkNu, DEFAULT_NU } from './nu.ts';

/** Settings of `mahalanobis` and `leverage`. */
export interface DistanceOptions {
  /** The share of new rows of the known kind that may be taken for others. Default 0.05. */
  readonly nu?: number;
  /**
   * What is added to the variance in each direction, as a share of the sum of all variances. Default
   * 1e-4, which was the best on the mean of many tables, images and embeddings.
   */
  readonly floor?: number;
}

/** The options with their defaults, and those that were given, for a saved model. */
export function measureOf(name: string, options: DistanceOptions) {
  knownSolverOptions(name, options, ['nu', 'floor']);
  const { nu = DEFAULT_NU, floor = 1e-4 } = options;
  return { nu: checkNu(nu), floor: positiveFinite('floor', floor), config: { nu, floor } };
}
