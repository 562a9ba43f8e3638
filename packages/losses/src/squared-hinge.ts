import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from './define-loss.ts';
import type { Loss } from './loss.ts';
import { outputwise } from './outputwise.ts';
import { toSigns } from './to-signs.ts';

/**
 * Squared hinge loss, the mean over the outputs of max(0, 1 − y·p)².
 *
 * Targets are −1/+1. As a function of tensors it also takes 0/1, as Keras does: they are mapped to
 * −1/+1 if all labels of the batch are 0 or 1. The closed forms take −1/+1 only.
 *
 * The gradient is continuous: 0 at y·p = 1. The second derivative jumps there; the generalized
 * Hessian is 2y² / units where y·p < 1 and 0 elsewhere, the margin included, as in LIBLINEAR.
 *
 * Chang, Hsieh & Lin, "Coordinate descent method for large-scale L2-loss linear support vector
 * machines", JMLR 9, 2008.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: squaredHinge, metrics: ['accuracy'] });
 */
export const squaredHinge: Loss = defineLoss({
  name: 'squaredHinge',
  coding: 'sign',
  dual: { ridge: 0.5, limit: Number.POSITIVE_INFINITY, signed: true },
  tensor: (yTrue, yPred) =>
    tf.mean(tf.square(tf.maximum(tf.sub(1, tf.mul(toSigns(yTrue), yPred)), 0)), -1),
  closed: outputwise(
    (y, p) => Math.max(0, 1 - y * p) ** 2,
    (y, p) => -2 * y * Math.max(0, 1 - y * p),
    (y, p) => (y * p < 1 ? 2 * y * y : 0),
  ),
});
