import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { checkKernel, commonDomain, commonNorm, diagonalOf } from './combined.ts';
import {
  isShiftInvariantKernel,
  type Kernel,
  type KernelConfig,
  type ShiftInvariantKernel,
} from './kernel.ts';
import { serializeKernel } from './serialized-kernel.ts';

/**
 * A multiple of a kernel, factor · K(x, y). It has the same frequencies and the same scale.
 *
 * @param factor positive
 * @throws RangeError or TypeError if `kernel` is not a kernel or `factor` is not positive and
 * finite.
 *
 * @example
 * scaledKernel(gaussian({ scale: 2 }), 0.5); // half of it
 */
export function scaledKernel(kernel: ShiftInvariantKernel, factor: number): ShiftInvariantKernel;
export function scaledKernel(kernel: Kernel, factor: number): Kernel;
export function scaledKernel(kernel: Kernel, factor: number): Kernel {
  checkKernel(kernel);
  check.positiveFloat32('factor', factor);
  const multiple: Kernel = {
    name: 'scaled',
    evaluate: (x: tf.Tensor2D, y: tf.Tensor2D) =>
      tf.tidy(() => tf.mul(kernel.evaluate(x, y), factor) as tf.Tensor2D),
    ...commonDomain([kernel]),
    getConfig: (): KernelConfig => ({ kernel: serializeKernel(kernel), factor }),
  };
  if (!isShiftInvariantKernel(kernel)) return Object.freeze(multiple);
  return Object.freeze<ShiftInvariantKernel>({
    ...multiple,
    ...commonNorm([kernel]),
    scale: kernel.scale,
    diagonal: factor * diagonalOf(kernel),
    spectrum: kernel.spectrum,
    sampleFrequencies: (random, shape) => kernel.sampleFrequencies(random, shape),
    defaultScale: (inputDim) => kernel.defaultScale(inputDim),
  });
}
