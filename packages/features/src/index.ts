export {
  AdditiveFeatures,
  type AdditiveFeaturesConfig,
  additiveChi2Features,
  intersectionFeatures,
} from './additive-features.ts';
export { additiveChi2, intersectionKernel } from './additive-kernels.ts';
export { arcCosine } from './arc-cosine.ts';
export {
  ArcCosineFeatures,
  type ArcCosineFeaturesConfig,
  arcCosineFeatures,
} from './arc-cosine-features.ts';
export { cauchyKernel } from './cauchy.ts';
export { Compose, compose } from './compose.ts';
export { Concatenate, concatenate } from './concatenate.ts';
export type { ConvolutionalFeaturesConfig } from './convolutional-config.ts';
export { ConvolutionalFeatures, convolutionalFeatures } from './convolutional-features.ts';
export { cosineFeatures, cosineFeaturesOp } from './cosine-features.ts';
export {
  gramOfDifferences,
  gramOfManhattan,
  gramOfSquares,
  type ScaleOf,
} from './distances.ts';
export { type Draw, denseFrequencies, type Frequencies, type FrozenWeight } from './draw.ts';
export { registerDraw } from './draw-registry.ts';
export { fastfoodDraw } from './fastfood-draw.ts';
export { FeatureMap } from './feature-map.ts';
export {
  type FitOptions as MapFitOptions,
  type Fittable,
  FittedMap,
  isFittable,
} from './fitted-map.ts';
export { type GammaKernel, gammaToScale, scaleToGamma } from './gamma.ts';
export { gaussian } from './gaussian.ts';
export { withGivenWeights } from './given-weights.ts';
export { Identity, identity } from './identity.ts';
export { independentDraw } from './independent-draw.ts';
export { checkFeatures, type InputDomain } from './input-checks.ts';
export { isotropicLaplacian } from './isotropic-laplacian.ts';
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
  type ShiftInvariantKernelName,
} from './kernel-registry.ts';
export type { LandmarkMethod } from './landmarks.ts';
export { laplacian } from './laplacian.ts';
export { manhattanDistances, manhattanDistancesOp } from './manhattan-distances.ts';
export type { MapGroupConfig } from './map-group.ts';
export { matern } from './matern.ts';
export { Nystroem, type NystroemConfig, nystroem } from './nystroem.ts';
export { orthogonalDraw } from './orthogonal-draw.ts';
export { patchResponsesOp } from './patch-responses.ts';
export { Pca, type PcaConfig, pca, whiten } from './pca.ts';
export { type PolynomialConfig, polynomial } from './polynomial.ts';
export type { PositiveProjection, PositiveRandomFeaturesConfig } from './positive-random-config.ts';
export { PositiveRandomFeatures, positiveRandomFeatures } from './positive-random-features.ts';
export { productKernel } from './product-kernel.ts';
export { isProjectedMap, type ProjectedMap } from './projected-map.ts';
export { quasiRandomDraw } from './quasi-random-draw.ts';
export type {
  DrawName,
  FourierProjection,
  RandomFourierFeaturesConfig,
} from './random-fourier-config.ts';
export { RandomFourierFeatures, randomFourierFeatures } from './random-fourier-features.ts';
export { rationalQuadratic } from './rational-quadratic.ts';
export { registerLayer } from './register-layer.ts';
export type { LengthScale } from './scale.ts';
export { scaledKernel } from './scaled-kernel.ts';
export { type SerializedKernel, serializeKernel } from './serialized-kernel.ts';
export type { LayerConfig } from './settings.ts';
export { type ShiftInvariantKernelDefinition, shiftInvariantKernel } from './shift-invariant.ts';
export { sincKernel } from './sinc.ts';
export { skewedChi2 } from './skewed-chi2.ts';
export {
  SkewedChi2Features,
  type SkewedChi2FeaturesConfig,
  skewedChi2Features,
} from './skewed-chi2-features.ts';
export { softmaxKernel } from './softmax-kernel.ts';
export {
  isSparseBlock,
  isSparseMap,
  type SparseBlock,
  type SparseMap,
  sparseMatMul,
  sparseMatMulOp,
  toDenseBlock,
} from './sparse-block.ts';
export type { CoordinateSpectrum, GaussianMixtureSpectrum, Spectrum } from './spectrum.ts';
export { Standardize, type StandardizeConfig, standardize } from './standardize.ts';
export { structuredDraw } from './structured-draw.ts';
export {
  structuredFeatures,
  structuredFeaturesOp,
  structuredProducts,
} from './structured-features.ts';
export { sumKernel } from './sum-kernel.ts';
export { TensorSketch, type TensorSketchConfig, tensorSketch } from './tensor-sketch.ts';
export { walshHadamard, walshHadamardOp } from './walsh-hadamard.ts';
