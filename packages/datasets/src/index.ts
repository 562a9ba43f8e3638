export { type BlobsConfig, blobs } from './blobs.ts';
export { type CirclesConfig, circles } from './circles.ts';
export { DatasetError, type DatasetErrorCode } from './dataset-error.ts';
export { deskew } from './deskew.ts';
export type { DownloadProgress } from './download.ts';
export { type Friedman1Config, friedman1 } from './friedman1.ts';
export { type Idx, type IdxArray, parseIdx } from './idx.ts';
export type { OriginFile } from './image-file.ts';
export type { Split } from './image-sets.ts';
export type { LoadedImages, LoadOptions, Origin } from './load-image-set.ts';
export { loadFashionMnist, loadKmnist, loadMnist } from './load-mnist.ts';
export { type MoonsConfig, moons } from './moons.ts';
export { type OneHotConfig, oneHot } from './one-hot.ts';
export { scalePixels } from './scale-pixels.ts';
export { type ShuffleConfig, shuffle } from './shuffle.ts';
export { type SpiralsConfig, spirals } from './spirals.ts';
export {
  type StandardizeConfig,
  type Statistics,
  standardizeColumns,
} from './standardize-columns.ts';
export { type SyntheticDigitsConfig, syntheticDigits } from './synthetic-digits.ts';
export { type TrainTestSplitConfig, trainTestSplit } from './train-test-split.ts';
export type {
  ClassData,
  ImageData,
  Labelled,
  Matrix,
  NumberArray,
  RegressionData,
} from './types.ts';
