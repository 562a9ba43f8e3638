import type { Steps } from '@kernel-methods/simd';
import type * as tf from '@tensorflow/tfjs-core';

/** A float32 matrix, row-major, in the memory of the `Numerics` that made it. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Frees the memory. A second call does nothing; any other use is an error then. */
  dispose(): void;
}

/** Rows of a matrix, by index in any order and as often as wanted, or a range. */
export type Picked = Int32Array | { readonly from: number; readonly count: number };

export const countOf = (picked: Picked): number =>
  picked instanceof Int32Array ? picked.length : picked.count;

/** What one step of an optimizer changes: weights by their gradient, with the optimizer's memory. */
export interface StepArguments {
  readonly weights: Matrix;
  readonly gradient: Matrix;
  readonly learningRate: number;
  /** Adds l2·weights to the gradient. */
  readonly l2: number;
}

/**
 * What solvers need and tfjs does not have: products with rows picked by index, steps in place,
 * sums in float64. There is one for CPUs over simd's shared memory, and one in tfjs operations.
 *
 * A linear head is `units × features`, one row an output; its bias is `1 × units`. Arrays are copied
 * both ways. NaN and infinity are numbers like others: they pass on.
 *
 * @throws RangeError where rows or lengths do not fit, SimdMemoryError where memory does not suffice;
 * nothing is left allocated.
 */
export interface Numerics {
  readonly name: 'simd' | 'tfjs';
  /** Numbers of features of which products are best made at a time, where rows are used again. */
  readonly numbersTogether: number;
  /** A matrix whose numbers are not set yet: `put` or `write` them before they are read. */
  empty(rows: number, columns: number): Matrix;
  /** A matrix of zeros. */
  zeros(rows: number, columns: number): Matrix;
  /** A matrix of these numbers. */
  matrix(values: Float32Array, rows: number, columns: number): Matrix;
  /**
   * Copies the rows of a tensor over those of a matrix, from row `at` on. The tensor must live until
   * the promise resolves: where the numbers lie elsewhere, they are read first.
   */
  put(rows: tf.Tensor2D, into: Matrix, at: number): Promise<void>;
  /** Copies picked rows, less `origin`, over the first rows of another matrix. */
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
 * Running sums over rows z with targets y and weights s, kept in float64; only the products of some
 * hundred rows at a time are float32. They are products of what differs from a provisional mean, that
 * of the first rows, so that no digits are lost to an offset that all rows share.
 *
 * Chan, Golub & LeVeque, "Algorithms for computing the sample variance", The American Statistician
 * 37, 1983.
 */
export interface Moments {
  /**
   * Adds rows of z with their targets, `count × outputs`, and their weights, 0 or above (1 if left
   * out). The event loop has its turns meanwhile. After an error the sums are void.
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
  /** The sums themselves; disposes. What was held elsewhere is freed, nothing is held twice after. */
  take(): MomentSums;
  /** `take` in steps. */
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
  /** Σ s·(z − z̄)·(z − z̄)ᵀ, `features × features`. */
  readonly zz: Float64Array;
  /** Σ s·(z − z̄)·(y − ȳ)ᵀ, `features × outputs`. */
  readonly zy: Float64Array;
  /** Σ s·(y − ȳ)², `outputs`. */
  readonly yy: Float64Array;
}
