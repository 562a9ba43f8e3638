import { EXACT_ROWS } from '../network/feature-layers.ts';
import type { ResolvedOptions } from '../options.ts';
import { type FitSize, withChosenSolver } from './choose-solver.ts';
import type { FitOptions } from './fit-options.ts';

/**
 * The options for the map of a fit. Where the rows may decide, they do if all of them are there, and
 * if the solver finds the minimum from zeros whatever the features' lengths: mini-batches by Keras's
 * learning rate would not reach it on the exact map.
 *
 * @param size absent for a stream.
 */
export function withChosenMap(
  options: ResolvedOptions,
  fitOptions: FitOptions,
  size: Pick<FitSize, 'rows' | 'weight' | 'units'> | undefined,
): ResolvedOptions {
  if (!options.choosesFeatures) return options;
  const width = Math.min(size?.rows ?? 0, EXACT_ROWS);
  const { solver } = withChosenSolver(options, fitOptions, {
    rows: 0,
    weight: 0,
    units: 1,
    ...size,
    width,
  });
  const isExact = size !== undefined && solver.start === 'zeros';
  return isExact ? options : { ...options, choosesFeatures: false };
}
