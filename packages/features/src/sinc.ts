import * as tf from '@tensorflow/tfjs-core';
import { gramOfDifferences } from './distances.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';
import { independentCoordinates } from './spectrum.ts';

/**
 * The sinc kernel, K(x, y) = ∏ᵢ sin(tᵢ) / tᵢ with t = (x − y) / σ: functions of limited bandwidth.
 *
 * Its frequencies are independent and uniform in [−1, 1]: there is none above 1 / σ in any
 * dimension. The kernel is negative at some distances.
 *
 * @param scale σ, in the data's unit, or one per dimension. Default: √(inputDim / 6).
 * @throws RangeError if `scale` is not a positive finite number, or such numbers.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * sincKernel({ scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export const sincKernel = ({ scale }: { scale?: LengthScale } = {}): ShiftInvariantKernel =>
  shiftInvariantKernel({
    name: 'sinc',
    scale,
    defaultScale: (inputDim) => Math.sqrt(inputDim / 6),
    gram: (x, y, scale) => gramOfDifferences(x, y, scale, profile),
    spectrum: independentCoordinates((u) => 2 * u - 1),
  });

function profile(differences: tf.Tensor3D): tf.Tensor {
  // The function is even, and 1 to the last digit below 1e-4.
  const t = tf.maximum(tf.abs(differences), 1e-4);
  return tf.prod(tf.div(tf.sin(t), t), 2);
}
