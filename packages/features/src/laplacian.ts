import * as tf from '@tensorflow/tfjs-core';
import { ofManhattan } from './distances.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';
import { independentCoordinates } from './spectrum.ts';

/**
 * The laplacian kernel, K(x, y) = exp(−‖x − y‖₁ / σ), ‖·‖₁ the sum of absolute values, σ = `scale`.
 *
 * The L1 norm is the choice of Keras and scikit-learn. Other libraries use the Euclidean norm under
 * the same name; here that is `isotropicLaplacian`. Its frequencies are independent standard Cauchy
 * numbers. They have heavy tails, so the cosine's arguments grow large and more features are needed
 * than for the gaussian kernel.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @param scale σ, in the data's unit, or one per dimension. Default: 1, as in Keras.
 * @throws RangeError if `scale` is not a positive finite number, or such numbers.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * laplacian({ scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export const laplacian = ({ scale }: { scale?: LengthScale } = {}): ShiftInvariantKernel =>
  shiftInvariantKernel({
    name: 'laplacian',
    norm: 'L1',
    scale,
    defaultScale: () => 1,
    ...ofManhattan((distances) => tf.exp(tf.neg(distances))),
    spectrum: independentCoordinates((u) => Math.tan(Math.PI * (u - 0.5))),
    sample: ({ cauchy }) => cauchy(),
  });
