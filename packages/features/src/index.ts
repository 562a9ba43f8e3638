export type { ConvolutionalFeaturesConfig } from './convolutional-config.ts';
export { ConvolutionalFeatures, convolutionalFeatures } from './convolutional-features.ts';
export { cosineFeatures, cosineFeaturesKernel } from './cosine-features.ts';
export { type FitOptions, type Fittable, isFittable } from './fitted-map.ts';
export { type GammaKernel, gammaToScale, scaleToGamma } from './gamma.ts';
export { gaussian } from './gaussian.ts';
export { fromKerasConfig, type KerasConfig } from './keras-config.ts';
export {
  isShiftInvariantKernel,
  type JsonValue,
  type Kernel,
  type KernelConfig,
  type ShiftInvariantKernel,
} from './kernel.ts';
export type { Initializer, KernelInitializer, SerializedObject } from './kernel-initializer.ts';
export {
  deserializeKernel,
  isKernelName,
  type KernelFactory,
  kernelByName,
  kernelNames,
  registerKernelFactory,
  type SerializedKernel,
  serializeKernel,
} from './kernel-registry.ts';
export { laplacian } from './laplacian.ts';
export type { LayerConfig, RandomFourierFeaturesConfig } from './random-fourier-config.ts';
export { RandomFourierFeatures, randomFourierFeatures } from './random-fourier-features.ts';
