import {
  arcCosineFeatures,
  deserializeKernel,
  identity,
  nystroem,
  randomFourierFeatures,
  type ShiftInvariantKernel,
  tensorSketch,
} from '@kernel-methods/features';
import type { Config } from '../options/options.ts';
import { kernels } from '../parts/choices.ts';

type MapConfig = Pick<Config, 'kernel' | 'map' | 'outputDim' | 'scale' | 'seed'>;

/**
 * The feature map that the options describe.
 *
 * @throws RangeError where the map does not suit the kernel.
 */
export const createMap = (config: MapConfig) => factories[config.map](config);

const factories = {
  rff: (config: MapConfig) => fourier(config, 'independent'),
  orf: (config: MapConfig) => fourier(config, 'orthogonal'),
  qmc: (config: MapConfig) => fourier(config, 'quasiRandom'),
  sorf: (config: MapConfig) => fourier(config, 'structured'),
  fastfood: (config: MapConfig) => fourier(config, 'fastfood'),
  nystroem: (config: MapConfig) =>
    nystroem({ outputDim: config.outputDim, kernel: kernelOf(config), seed: config.seed }),
  'arc-cosine': ({ outputDim, seed }: MapConfig) => arcCosineFeatures({ outputDim, seed }),
  // Images have a squared norm of about 100: scaled to 1, both terms of the polynomial count.
  'tensor-sketch': ({ outputDim, seed }: MapConfig) =>
    tensorSketch({ outputDim, seed, degree: 2, gamma: 0.01 }),
  identity: () => identity(),
};

const fourier = (config: MapConfig, draw: string) =>
  randomFourierFeatures({
    outputDim: config.outputDim,
    kernelInitializer: kernelOf(config),
    draw,
    seed: config.seed,
  });

/** Every kernel of the options is a shift-invariant one. */
function kernelOf({ kernel, scale }: MapConfig): ShiftInvariantKernel {
  const { className, config } = kernels[kernel];
  return deserializeKernel({ className, config: { ...config, scale } }) as ShiftInvariantKernel;
}
