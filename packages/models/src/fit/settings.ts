import { RandomFourierFeatures, Standardize } from '@kernel-methods/features';
import type { FeatureMap } from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Solution } from '../solvers/solver.ts';
import type { FitSettings } from './fit-options.ts';

/** What a fit came to use. */
export function settingsOf(
  { layers, width }: FeatureMap,
  { solver, wholeNetwork, standardize }: ResolvedOptions,
  { l2 }: Pick<Solution, 'l2'>,
): FitSettings {
  const kernel = layers.find((layer) => layer instanceof RandomFourierFeatures);
  const scale = kernel?.resolvedScale;
  return {
    solver: wholeNetwork ? 'fit' : solver.name,
    l2,
    standardize: standardize !== false && layers[0] instanceof Standardize,
    ...(typeof scale === 'number' && { scale }),
    outputDim: width,
  };
}
