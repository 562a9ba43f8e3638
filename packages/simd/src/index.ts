export type { AllocatorStatistics } from './allocator.ts';
export { cosineFeaturesAt } from './cosine-features.ts';
export { addAt, axpy64At, cosineAt } from './elementwise.ts';
export {
  type CrossArguments,
  crossAt,
  type GramArguments,
  gramAt,
  mirrorAt,
} from './gram.ts';
export { hadamardAt } from './hadamard.ts';
export {
  type Epilogue,
  type MatmulArguments,
  type MatmulShape,
  matmul,
  matmulAt,
  type PackedMatrix,
  packMatrix,
} from './matmul.ts';
export { type MatmulBatchArguments, matmulBatchAt } from './matmul-batch.ts';
export { type MemoryStatistics, SimdMemoryError } from './memory.ts';
export type { Variant } from './module.ts';
export {
  type AdamArguments,
  adamStepAt,
  type DescentArguments,
  descentStepAt,
} from './optimizer-steps.ts';
export {
  type PickedRows,
  paddedUnits,
  type RowsProductArguments,
  type RowsTransposedArguments,
  rowsProductAt,
  rowsTransposedProductAt,
} from './rows-product.ts';
export { getSimd, type RunOptions, Simd, type SimdOptions } from './simd.ts';
export { cosAt, expAt, logAt, sinAt, tanhAt } from './vector-math.ts';
export type { KernelName } from './wasm/names.ts';
