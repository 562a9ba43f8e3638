// For users: an instance, matrix products and float64 linear algebra over typed arrays.

// For libraries: functions over pointers, named …At, and the parts that they are made of.
export type { AllocatorStatistics } from './allocator.ts';
export {
  type BinaryArguments,
  type BroadcastArguments,
  binaryAt,
  type CompareArguments,
  compareAt,
} from './binary.ts';
export {
  bytesPerNumber,
  type ConvertArguments,
  convertAt,
  type FillArguments,
  fillAt,
  type SelectArguments,
  selectAt,
} from './convert.ts';
export { cosineFeaturesAt } from './cosine-features.ts';
export { DUAL_PANEL, type DualDescentArguments, dualDescentAt } from './dual-descent.ts';
export { addAt, axpy64At, cosineAt } from './elementwise.ts';
export type { SimdEngine } from './engine.ts';
export { eventLoopYielder } from './event-loop.ts';
export {
  type CrossArguments,
  crossAt,
  type GramArguments,
  gramAt,
  gramStepsAt,
  mirrorAt,
} from './gram.ts';
export { hadamardAt } from './hadamard.ts';
export {
  bytesPerFeature,
  fromHalfAt,
  type HalfArguments,
  type HalfType,
  toHalfAt,
} from './half.ts';
export { col2imAt, type Im2colArguments, im2colAt, type WindowGeometry } from './im2col.ts';
export {
  type CholeskyFactor,
  type CholeskyOptions,
  cholesky,
  choleskyAt,
  choleskySteps,
  choleskyStepsAt,
} from './linalg/cholesky.ts';
export {
  type CholeskySolveArguments,
  choleskySolve,
  choleskySolveAt,
  choleskySolveStepsAt,
} from './linalg/cholesky-solve.ts';
export {
  type Eigh,
  type EighArguments,
  eigh,
  eighAt,
  eighSteps,
  eighStepsAt,
} from './linalg/eigh.ts';
export {
  type LeastSquares,
  type LeastSquaresArguments,
  type LeastSquaresOptions,
  leastSquares,
  leastSquaresAt,
  leastSquaresSteps,
  leastSquaresStepsAt,
} from './linalg/least-squares.ts';
export {
  type Matmul64Arguments,
  type Matmul64Shape,
  matmul64,
  matmul64At,
  matmul64Steps,
  matmul64StepsAt,
} from './linalg/matmul64.ts';
export {
  type Svd,
  type SvdArguments,
  svd,
  svdAt,
  svdSteps,
  svdStepsAt,
} from './linalg/svd.ts';
export {
  solveTriangular,
  solveTriangularAt,
  solveTriangularSteps,
  solveTriangularStepsAt,
  type TriangularArguments,
  type TriangularOptions,
} from './linalg/triangular.ts';
export { type ManhattanArguments, manhattanAt } from './manhattan.ts';
export { type MatmulShape, matmul, matmulAt } from './matmul.ts';
export type { MatmulArguments, MatmulEpilogue, PackedMatrix } from './matmul-arguments.ts';
export { type MatmulBatchArguments, matmulBatchAt } from './matmul-batch.ts';
export { SimdMemoryError, type SimdMemoryStatistics } from './memory.ts';
export { type SimdVariant, simdBinary } from './module.ts';
export {
  type CopyRowsArguments,
  copyRowsAt,
  type FourAxes,
  type GatherArguments,
  gatherAt,
  type PermuteArguments,
  permuteAt,
  type SegmentSumArguments,
  segmentSumAt,
} from './move.ts';
export { isNarrowProduct } from './narrow-matmul.ts';
export type { EngineChoice } from './native/choice.ts';
export type { NativeKernelName } from './native/engine.ts';
export {
  type AdamArguments,
  adamStepAt,
  type DescentArguments,
  descentStepAt,
} from './optimizer-steps.ts';
export { packMatrix } from './packed-matrix.ts';
export { type PatchResponsesArguments, patchResponsesAt } from './patch-responses.ts';
export {
  type MaxPoolArguments,
  type MaxPoolGradArguments,
  maxPoolAt,
  maxPoolGradAt,
} from './pooling.ts';
export {
  type ArgExtremeArguments,
  argExtremeAt,
  type ReduceArguments,
  reduceAt,
  type SoftmaxArguments,
  softmaxAt,
} from './reduce.ts';
export {
  type PickedRows,
  type RowsProductArguments,
  type RowsTransposedArguments,
  rowsProductAt,
  rowsTransposedProductAt,
} from './rows-product.ts';
export type { KernelRunOptions } from './simd.ts';
export { type Cut, getSimd, Simd, type SimdOptions } from './simd.ts';
export {
  type SparseProductArguments,
  type SparseRowsAt,
  type SparseTransposedArguments,
  sparseProductAt,
  sparseTransposedProductAt,
} from './sparse-product.ts';
export { atOnce, inTurns, STEP_PRODUCTS, STEP_PRODUCTS64, type Steps } from './steps.ts';
export { type UnaryArguments, unaryAt } from './unary.ts';
export { SimdUnavailableError } from './unavailable.ts';
export { cosAt, expAt, logAt, sinAt, tanhAt } from './vector-math.ts';
export {
  type BinaryOperation,
  type Comparison,
  type FeatureType,
  KC,
  type NumberType,
  type Reduction,
  type UnaryOperation,
  type WasmKernelName,
} from './wasm/tables.ts';
