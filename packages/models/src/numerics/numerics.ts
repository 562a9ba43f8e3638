import type { HalfType, Steps } from '@kernel-methods/simd';
import type { SparseRows } from '@kernel-methods/tables';
import type * as tf from '@tensorflow/tfjs-core';

/** A float32 matrix, row-major, in the memory of the `Numerics` that made it. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Present where zeros are not kept: the numbers that are, per row. */
  readonly numbersPerRow?: number;
  /** Present where zeros are not kept: a copy of picked rows. */
  take?(picked: Picked): SparseRows;
  /** Frees the memory. A second call does nothing; any other use is then an error. */
  dispose(): void;
}

/** Rows of a matrix, by index in any order and as often as wanted, or a range. */
export type Picked = Int32Array | { readonly from: number; readonly count: number };

export const countOf = (picked: Picked): number =>
  picked instanceof Int32Array ? picked.length : picked.count;

/**
 * What one step of an optimizer changes: weights, by their gradient, with the optimizer's state.
 */
export interface StepArguments {
  readonly weights: Matrix;
  readonly gradient: Matrix;
  readonly learningRate: number;
  /** Adds l2·weights to the gradient. */
  readonly l2: number;
}

/**
 * The operations that solvers need and tfjs does not have: products with rows picked by index,
 * steps in place, sums in float64.
 *
 * A linear head is `units × features`, one row per output; its bias is `1 × units`. Arrays are
 * copied in both directions. NaN and infinity are not checked, and propagate.
 *
 * @throws RangeError if rows or lengths do not fit, SimdMemoryError if there is not enough memory;
 * nothing is left allocated.
 */
export interface Numerics {
  readonly name: 'simd' | 'tfjs';
  /** The number of feature values for which products are fastest, if the rows are used again. */
  readonly numbersTogether: number;
  /** The multiplications that take as long as the event loop may wait. */
  readonly stepProducts: number;
  /** A matrix whose numbers are not set: `put` or `write` them before reading. */
  empty(rows: number, columns: number): Matrix;
  /**
   * The same, kept in 16 bits: for `put`, `scores`, `gradient`, `shift` and moments. `put` rounds to the nearest, and
   * throws a RangeError for numbers that are too large. Absent where the memory has no such matrices.
   */
  emptyHalf?(rows: number, columns: number, type: HalfType): Matrix;
  /** A matrix of zeros. */
  zeros(rows: number, columns: number): Matrix;
  /** A matrix of these numbers. */
  matrix(values: Float32Array, rows: number, columns: number): Matrix;
  /**
   * A matrix of rows whose zeros are not kept, to be read but not written: for `scores`, `gradient`,
   * `shift` and moments. Absent where the memory has no such matrices.
   */
  sparse?(rows: SparseRows): Matrix;
  /**
   * Copies the rows of a tensor into a matrix, from row `at` on. The tensor must live until the
   * promise resolves: if the numbers are in other memory, they are read first.
   */
  put(rows: tf.Tensor2D, into: Matrix, at: number): Promise<void>;
  /** Copies picked rows, minus `origin`, into the first rows of another matrix. */
  shift(z: Matrix, picked: Picked, origin: Float32Array, into: Matrix): void;
  read(matrix: Matrix): Promise<Float32Array>;
  write(matrix: Matrix, values: Float32Array): void;
  /** Z[picked]·headᵀ + bias, `count × units`. */
  scores(z: Matrix, picked: Picked, head: Matrix, bias: Matrix): Promise<Float32Array>;
  /** out = gᵀ·Z[picked], `units × features`, for g of `count × units`. */
  gradient(z: Matrix, picked: Picked, g: Float32Array, out: Matrix): void;
  /** A step of Adam in Keras's form; `m` and `v` are zeros before the first, `step` counts from 1. */
  adamStep(options: StepArguments & { m: Matrix; v: Matrix; step: number }): void;
  /** velocity = momentum·velocity + gradient; weights −= learningRate·velocity. */
  descentStep(options: StepArguments & { velocity: Matrix; momentum: number }): void;
  /** Sums in float64 over blocks of rows, for `features` features and `outputs` targets. */
  moments(features: number, outputs: number): Moments;
}

/**
 * Running sums over rows z with targets y and weights s, kept in float64; only the products of a
 * few hundred rows at a time are float32. Products are taken of deviations from a provisional mean,
 * that of the first rows, so that no digits are lost to an offset that all rows share.
 *
 * Chan, Golub & LeVeque, "Algorithms for computing the sample variance", The American Statistician
 * 37, 1983.
 */
export interface Moments {
  /**
   * Adds rows of z with their targets, `count × outputs`, and their weights, 0 or above (1 if left
   * out). The event loop gets its turns meanwhile. After an error the sums are invalid.
   *
   * @throws the signal's reason when aborted.
   */
  add(
    z: Matrix,
    picked: Picked,
    y: Float32Array,
    weights?: Float32Array,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Copies of the sums so far. */
  read(): MomentSums;
  /** Returns the sums themselves and disposes of the moments, so that nothing is held twice. */
  take(): MomentSums;
  /** `take`, in steps. */
  takeSteps(): Steps<MomentSums>;
  dispose(): void;
}

/** Means, and row-major sums about them, in float64. Without rows all are 0. */
export interface MomentSums {
  /** Σ s. */
  readonly weight: number;
  /** z̄ = Σ s·z / Σ s, `features`. */
  readonly zMean: Float64Array;
  /** ȳ = Σ s·y / Σ s, `outputs`. */
  readonly yMean: Float64Array;
  /** Σ s·(z − z̄)·(z − z̄)ᵀ, row by row up to the diagonal: element (i, j) at i(i + 1)/2 + j. */
  readonly zz: Float64Array;
  /** Σ s·(z − z̄)·(y − ȳ)ᵀ, `features × outputs`. */
  readonly zy: Float64Array;
  /** Σ s·(y − ȳ)², `outputs`. */
  readonly yy: Float64Array;
}
