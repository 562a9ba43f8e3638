import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from './define-loss.ts';
import type { Loss } from './loss.ts';
import { outputwise } from './outputwise.ts';
import { toSigns } from './to-signs.ts';

/**
 * Hinge loss, the mean over the outputs of max(0, 1 − y·p).
 *
 * Targets are −1/+1. As a function of tensors it also takes 0/1, as Keras does: they are mapped to
 * −1/+1 if all labels of the batch are 0 or 1. The closed forms take −1/+1 only.
 *
 * At the kink (y·p = 1) the subgradient is −y / units, as in Keras and scikit-learn: a row on the
 * margin still counts. There is no second derivative.
 *
 * Cortes & Vapnik, "Support-vector networks", Machine Learning 20, 1995.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: hinge, metrics: ['accuracy'] });
 */
export const hinge: Loss = defineLoss({
  name: 'hinge',
  coding: 'sign',
  maximumMargin: true,
  dual: { ridge: 0, limit: 1, signed: true },
  // `maximum` gives the gradient at a tie to its first argument.
  tensor: (yTrue, yPred) => tf.mean(tf.maximum(tf.sub(1, tf.mul(toSigns(yTrue), yPred)), 0), -1),
  closed: outputwise(
    (y, p) => Math.max(0, 1 - y * p),
    (y, p) => (y * p <= 1 ? -y : 0),
  ),
});
