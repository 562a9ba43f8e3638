import {
  isShiftInvariantKernel,
  Nystroem,
  RandomFourierFeatures,
  Standardize,
} from '@kernel-methods/features';
import type { FeatureMap } from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Solution } from '../solvers/solver.ts';
import type { FitSettings } from './fit-options.ts';

/** The settings of a fit. */
export const settingsOf = (
  map: FeatureMap,
  { solver, wholeNetwork, standardize }: ResolvedOptions,
  { l2, jitter }: Pick<Solution, 'l2' | 'jitter'>,
): FitSettings =>
  withMap(map, {
    solver: wholeNetwork ? 'fit' : solver.name,
    l2,
    ...(jitter !== undefined && { jitter }),
    standardize: standardize !== false && map.layers[0] instanceof Standardize,
  });

/** All settings: those of the feature map, with those that only the fit knows. */
export function withMap({ layers, width }: FeatureMap, known: OfFit): FitSettings {
  const kernel = layers.find((layer) => scaleOf(layer) !== undefined);
  const scale = kernel && scaleOf(kernel);
  const map = layers[layers.length - 1].getClassName();
  return { ...known, map, ...(typeof scale === 'number' && { scale }), outputDim: width };
}

function scaleOf(layer: FeatureMap['layers'][number]): unknown {
  if (layer instanceof RandomFourierFeatures) return layer.resolvedScale;
  return layer instanceof Nystroem && isShiftInvariantKernel(layer.kernel)
    ? layer.kernel.scale
    : undefined;
}

/** The settings that cannot be read from the feature map. */
export type OfFit = Omit<FitSettings, 'map' | 'scale' | 'outputDim'>;
