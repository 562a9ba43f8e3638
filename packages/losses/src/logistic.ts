import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from './define-loss.ts';
import type { Loss } from './loss.ts';
import { outputwise } from './outputwise.ts';

/**
 * Logistic loss from logits, each output by itself: the mean over the outputs of log(1 + exp(p)) −
 * t·p. It is Keras's `BinaryCrossentropy(from_logits=True)`.
 *
 * Targets are 0/1 (or probabilities between). `link`: the probability of an output is 1 / (1 +
 * exp(−p)). The loss is smooth, with gradient (σ(p) − t) / units and second derivative σ(p)·σ(−p) /
 * units. It is computed as max(p, 0) − t·p + log(1 + exp(−|p|)), so no logit overflows.
 *
 * Cox, "The regression analysis of binary sequences", JRSS B 20, 1958.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: logistic, metrics: ['accuracy'] });
 */
export const logistic: Loss = defineLoss({
  name: 'logistic',
  coding: 'one-hot',
  link: 'logistic',
  tensor: (yTrue, yPred) =>
    tf.mean(
      tf.add(tf.sub(tf.relu(yPred), tf.mul(yTrue, yPred)), tf.log1p(tf.exp(tf.neg(tf.abs(yPred))))),
      -1,
    ),
  closed: outputwise(
    (t, p) => Math.max(p, 0) - t * p + Math.log1p(Math.exp(-Math.abs(p))),
    // σ(p) − t, without cancellation where σ(p) is near 1.
    (t, p) => (1 - t) * sigmoid(p) - t * sigmoid(-p),
    (_, p) => sigmoid(p) * sigmoid(-p),
  ),
});

/** 1 / (1 + exp(−x)), with full relative accuracy near 0 and near 1. */
function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}
