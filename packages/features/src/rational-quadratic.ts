import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { ofSquares } from './distances.ts';
import { gammaQuantile } from './gamma-quantile.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';
import { isotropicMixture } from './spectrum.ts';

/**
 * The rational quadratic kernel, K(x, y) = (1 + ‖x − y‖² / 2ασ²)^−α, ‖·‖ the Euclidean norm.
 *
 * It is a mixture of gaussian kernels of many length scales: its frequencies are normal with a
 * variance drawn from the gamma distribution with shape α and mean 1. For large α it approaches the
 * gaussian kernel.
 *
 * Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, eq. 4.19.
 *
 * @param alpha α, above 0. Default: 1.
 * @param scale σ, in the data's unit, or one per dimension. Default: √(inputDim / 2).
 * @throws RangeError if `alpha` or `scale` is not positive and finite.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * rationalQuadratic({ alpha: 1, scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export function rationalQuadratic(
  config: { alpha?: number; scale?: LengthScale } = {},
): ShiftInvariantKernel {
  const alpha = check.positiveFloat32('alpha', config.alpha ?? 1);
  const profile = (squares: tf.Tensor) =>
    tf.exp(tf.mul(tf.log1p(tf.div(squares, 2 * alpha)), -alpha));
  return shiftInvariantKernel({
    name: 'rationalQuadratic',
    scale: config.scale,
    settings: { alpha },
    defaultScale: (inputDim) => Math.sqrt(inputDim / 2),
    ...ofSquares(profile),
    spectrum: isotropicMixture((u) => Math.sqrt(gammaQuantile(u, alpha) / alpha)),
  });
}
