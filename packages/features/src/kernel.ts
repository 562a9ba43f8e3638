import type { Random } from '@kernel-methods/random';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { LengthScale } from './scale.ts';
import type { Spectrum } from './spectrum.ts';

/** What a kernel is rebuilt from: plain JSON, numbers and strings, nested where kernels nest. */
export type KernelConfig = { [key: string]: JsonValue };
export type JsonValue =
  | number
  | string
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A positive definite function of two points. Kernel objects never change. */
export interface Kernel {
  /** What the kernel is registered and saved under, in camelCase: 'gaussian'. */
  readonly name: string;
  /**
   * The exact Gram matrix: K(x[i], y[j]) at [i, j], float32.
   *
   * Computed in tiles: memory stays in proportion to the result and the inputs, never n × m × d.
   *
   * @param x [n, d] @param y [m, d] @returns [n, m], which the caller owns.
   * @throws RangeError if `x` or `y` is not of rank 2 or their last axes differ.
   */
  evaluate(x: Tensor2D, y: Tensor2D): Tensor2D;
  /** What `deserializeKernel` rebuilds this kernel from, together with its name. */
  getConfig(): KernelConfig;
}

/**
 * A kernel of the difference alone, K(x, y) = k((x − y) / scale): the Fourier transform of a
 * distribution over frequencies (Bochner's theorem), and so what random Fourier features draw from.
 */
export interface ShiftInvariantKernel extends Kernel {
  /** The length scale σ, or one per dimension. Left out, `defaultScale` of the width is meant. */
  readonly scale?: LengthScale;
  /** The norm of its distance, in which a median scale is measured. Default 'L2'. */
  readonly norm?: 'L1' | 'L2';
  /** K(x, x). Default: 1. */
  readonly diagonal?: number;
  /** The law of the frequencies, for draws that do more than ask for independent ones. */
  readonly spectrum?: Spectrum;
  /**
   * Frequencies for scale 1, one per column.
   *
   * @param shape [inputDim, outputDim] @returns inputDim × outputDim numbers, row by row.
   */
  sampleFrequencies(random: Random, shape: readonly [number, number]): Float32Array;
  /** The length scale where none is given. */
  defaultScale(inputDim: number): number;
}

/** The length scale that is meant for points of this width. */
export const scaleOf = (
  kernel: Pick<ShiftInvariantKernel, 'scale' | 'defaultScale'>,
  inputDim: number,
): LengthScale => kernel.scale ?? kernel.defaultScale(inputDim);

/**
 * Whether a value is a kernel from which random Fourier features can be drawn.
 *
 * @example
 * isShiftInvariantKernel(gaussian()); // true
 * isShiftInvariantKernel(polynomial()); // false
 */
export function isShiftInvariantKernel(value: unknown): value is ShiftInvariantKernel {
  const kernel = value as Partial<ShiftInvariantKernel> | null | undefined;
  return (
    typeof kernel === 'object' &&
    typeof kernel?.name === 'string' &&
    typeof kernel.evaluate === 'function' &&
    typeof kernel.getConfig === 'function' &&
    typeof kernel.sampleFrequencies === 'function' &&
    typeof kernel.defaultScale === 'function'
  );
}
