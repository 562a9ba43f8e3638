import type { Random } from '@kernel-methods/random';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { InputDomain } from './input-checks.ts';
import type { LengthScale } from './scale.ts';
import type { Spectrum } from './spectrum.ts';

/** The settings that a kernel is rebuilt from: plain JSON, nested if kernels nest. */
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
  /** The name that the kernel is registered and saved under, in camelCase: 'gaussian'. */
  readonly name: string;
  /**
   * The exact Gram matrix: K(x[i], y[j]) at [i, j], float32.
   *
   * It is computed in tiles: memory is proportional to the result and the inputs, never n × m × d.
   *
   * @param x [n, d] @param y [m, d] @returns [n, m], which the caller owns.
   * @throws RangeError if `x` or `y` is not of rank 2 or their last axes differ.
   */
  evaluate(x: Tensor2D, y: Tensor2D): Tensor2D;
  /**
   * `evaluate` for one `y`, from which it keeps what it needs: for many calls with few points, on a
   * backend that can be read at once. Left out where that saves nothing.
   */
  against?(y: Tensor2D): (x: Tensor2D) => Tensor2D;
  /** The settings from which, with the name, `deserializeKernel` rebuilds this kernel. */
  getConfig(): KernelConfig;
  /** The numbers that the kernel is defined for. Default: all. `nystroem` refuses others. */
  readonly domain?: InputDomain | undefined;
}

/**
 * A kernel that depends only on the difference, K(x, y) = k((x − y) / scale). It is the Fourier
 * transform of a distribution of frequencies (Bochner's theorem), from which random Fourier
 * features draw.
 */
export interface ShiftInvariantKernel extends Kernel {
  /** The length scale σ, or one per dimension. Default: `defaultScale` of the input's width. */
  readonly scale?: LengthScale;
  /** The norm of its distance, in which a median scale is measured. Default: 'L2'. */
  readonly norm?: 'L1' | 'L2';
  /** K(x, x). Default: 1. */
  readonly diagonal?: number;
  /** The distribution of the frequencies, for draws other than the independent one. */
  readonly spectrum?: Spectrum;
  /**
   * Draws frequencies for scale 1, one per column.
   *
   * @param shape [inputDim, outputDim] @returns inputDim × outputDim numbers, row by row.
   */
  sampleFrequencies(random: Random, shape: readonly [number, number]): Float32Array;
  /** The length scale if none is given. */
  defaultScale(inputDim: number): number;
}

/** The length scale of a kernel for points of this width. */
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
