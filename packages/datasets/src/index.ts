export { type BlobsOptions, blobs } from './blobs.ts';
export { datasetCacheDir } from './cache-dir.ts';
export { type CirclesOptions, circles } from './circles.ts';
export { DatasetError, type DatasetErrorCode } from './dataset-error.ts';
export { deskew } from './deskew.ts';
export type { DownloadProgress } from './download.ts';
export { type Friedman1Options, friedman1 } from './friedman1.ts';
export { type Idx, type IdxArray, parseIdx } from './idx.ts';
export type { DatasetOriginFile } from './image-file.ts';
export type { DatasetSplit } from './image-sets.ts';
export type { DatasetOrigin, LoadDatasetOptions, LoadedImages } from './load-image-set.ts';
export { loadFashionMnist, loadKmnist, loadMnist } from './load-mnist.ts';
export { type MoonsOptions, moons } from './moons.ts';
export { type OneHotOptions, oneHot } from './one-hot.ts';
export { scalePixels } from './scale-pixels.ts';
export { type ShuffleOptions, shuffleRows } from './shuffle-rows.ts';
export { type SpiralsOptions, spirals } from './spirals.ts';
export {
  type ColumnStatistics,
  type StandardizeOptions,
  standardizeColumns,
} from './standardize-columns.ts';
export { type SyntheticDigitsOptions, syntheticDigits } from './synthetic-digits.ts';
export { type TrainTestSplitOptions, trainTestSplit } from './train-test-split.ts';
export type {
  ClassData,
  DataMatrix,
  ImageDataset,
  LabelledData,
  NumberArray,
  RegressionData,
} from './types.ts';
