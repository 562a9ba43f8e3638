import * as tf from '@tensorflow/tfjs-core';
import { gramOfDifferences } from './distances.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';
import { independentCoordinates } from './spectrum.ts';

/**
 * The Cauchy kernel, K(x, y) = ∏ᵢ 1 / (1 + (xᵢ − yᵢ)² / σ²), a product over the dimensions.
 *
 * Its frequencies are independent Laplace numbers with standard deviation √2. The isotropic kernel
 * that is also called Cauchy, 1 / (1 + ‖x − y‖² / σ²), is `rationalQuadratic({ alpha: 1, scale:
 * σ / √2 })`.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @param scale σ, in the data's unit, or one per dimension. Default: √inputDim.
 * @throws RangeError if `scale` is not a positive finite number, or such numbers.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * cauchyKernel({ scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export const cauchyKernel = ({ scale }: { scale?: LengthScale } = {}): ShiftInvariantKernel =>
  shiftInvariantKernel({
    name: 'cauchy',
    scale,
    defaultScale: (inputDim) => Math.sqrt(inputDim),
    gram: (x, y, scale) => gramOfDifferences(x, y, scale, profile),
    spectrum: independentCoordinates(laplaceQuantile),
  });

// A sum of logarithms: a product of many factors would underflow in between.
const profile = (differences: tf.Tensor3D) =>
  tf.exp(tf.neg(tf.sum(tf.log1p(tf.square(differences)), 2)));

const laplaceQuantile = (u: number) => (u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u)));
