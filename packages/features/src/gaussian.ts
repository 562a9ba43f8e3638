import * as tf from '@tensorflow/tfjs-core';
import { ofSquares } from './distances.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';
import type { GaussianMixtureSpectrum } from './spectrum.ts';

/**
 * The gaussian kernel, K(x, y) = exp(−‖x − y‖² / 2σ²), ‖·‖ the Euclidean norm, σ = `scale`.
 *
 * Its frequencies are standard normal: with `scale` 1, w ~ N(0, I). Distances are computed as
 * ‖x‖² + ‖y‖² − 2xy on centred points, clamped at 0. That takes one matrix product, with an error
 * in K near 1e-7 × ‖x − mean‖² / σ². `gammaToScale` converts the gamma of scikit-learn and LIBSVM
 * to σ.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @param scale σ, in the data's unit, or one per dimension. Default: √(inputDim / 2), as in Keras.
 * @throws RangeError if `scale` is not a positive finite number, or such numbers.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * gaussian({ scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export const gaussian = ({ scale }: { scale?: LengthScale } = {}): ShiftInvariantKernel =>
  shiftInvariantKernel({
    name: 'gaussian',
    scale,
    defaultScale: (inputDim) => Math.sqrt(inputDim / 2),
    ...ofSquares((squares) => tf.exp(tf.mul(squares, -0.5))),
    spectrum,
    sample: ({ normal }) => normal(),
  });

const spectrum: GaussianMixtureSpectrum = {
  kind: 'gaussianMixture',
  isotropic: true,
  uniforms: 0,
  deviations: (_, inputDim) => new Float64Array(inputDim).fill(1),
};
