import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { cosineFeatures } from './cosine-features.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import { type SparseBlock, sparseMatMul } from './sparse-block.ts';

/** How frequencies are drawn from a kernel. Draw objects never change. */
export interface Draw {
  /** The name that the draw is registered and saved under, in camelCase: 'orthogonal'. */
  readonly name: string;
  /** Why this draw does not suit the kernel; undefined if it does. */
  refusal(kernel: ShiftInvariantKernel): string | undefined;
  /** Draws frequencies for scale 1; `shape` is [inputDim, number of frequencies]. */
  draw(kernel: ShiftInvariantKernel, random: Random, shape: readonly [number, number]): Frequencies;
}

/** Frequencies as the weights of a layer, and products with them. */
export interface Frequencies {
  readonly weights: readonly FrozenWeight[];
  /** Uniform numbers in [0, 1), one per frequency, for their phases. Default: independent ones. */
  phases?(): ArrayLike<number>;
  /**
   * x·W for rows x [n, inputDim]: [n, number of frequencies]. `weights` are those above, in their
   * order.
   */
  project(rows: tf.Tensor2D, weights: readonly tf.Tensor[]): tf.Tensor2D;
  /** `project` for sparse rows, if it need not see their zeros. */
  projectSparse?(rows: SparseBlock, weights: readonly tf.Tensor[]): tf.Tensor2D;
  /** factor · cos(x·W + bias), if there is a faster way than by `project`. */
  cosine?(
    rows: tf.Tensor2D,
    weights: readonly tf.Tensor[],
    bias: tf.Tensor1D,
    factor: number,
  ): tf.Tensor2D;
}

/** A weight that is drawn when the layer is built, and never trained. */
export interface FrozenWeight {
  readonly name: string;
  readonly shape: number[];
  values(): Float32Array;
}

/**
 * Frequencies as one matrix [inputDim, number of frequencies], row by row: Keras's weight
 * `unscaled_kernel`.
 *
 * @example
 * denseFrequencies([2, 3], () => Float32Array.of(1, 0, 0, 0, 1, 0)); // a matrix [2, 3]
 */
export const denseFrequencies = (
  shape: readonly [number, number],
  values: () => Float32Array,
): Frequencies => ({
  weights: [{ name: 'unscaled_kernel', shape: [...shape], values }],
  project: (rows, [matrix]) => tf.matMul(rows, matrix as tf.Tensor2D),
  projectSparse: (rows, [matrix]) => sparseMatMul(rows, matrix as tf.Tensor2D),
  cosine: (rows, [matrix], bias, factor) =>
    cosineFeatures(rows, matrix as tf.Tensor2D, bias, factor),
});
