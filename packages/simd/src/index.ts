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
  type CholeskyFactor,
  type CholeskyOptions,
  cholesky,
  choleskyAt,
} from './linalg/cholesky.ts';
export {
  type CholeskySolveArguments,
  choleskySolve,
  choleskySolveAt,
} from './linalg/cholesky-solve.ts';
export { type Eigh, type EighArguments, eigh, eighAt } from './linalg/eigh.ts';
export {
  type LeastSquaresArguments,
  type LeastSquaresOptions,
  leastSquares,
  leastSquaresAt,
} from './linalg/least-squares.ts';
export {
  type Matmul64Arguments,
  type Matmul64Shape,
  matmul64,
  matmul64At,
} from './linalg/matmul64.ts';
export { type Svd, type SvdArguments, svd, svdAt } from './linalg/svd.ts';
export {
  solveTriangular,
  solveTriangularAt,
  type TriangularArguments,
  type TriangularOptions,
} from './linalg/triangular.ts';
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
export { type PatchResponsesArguments, patchResponsesAt } from './patch-responses.ts';
export {
  type PickedRows,
  type RowsProductArguments,
  type RowsTransposedArguments,
  rowsProductAt,
  rowsTransposedProductAt,
} from './rows-product.ts';
export { getSimd, type RunOptions, Simd, type SimdOptions } from './simd.ts';
export { cosAt, expAt, logAt, sinAt, tanhAt } from './vector-math.ts';
export type { KernelName } from './wasm/names.ts';
