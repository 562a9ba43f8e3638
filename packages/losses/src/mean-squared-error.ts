import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from './define-loss.ts';
import type { Loss } from './loss.ts';
import { outputwise } from './outputwise.ts';

/**
 * Mean squared error, the mean over the outputs of (p − t)². With an l2 penalty it is ridge
 * regression.
 *
 * Targets are any reals. The loss is smooth, with gradient 2(p − t) / units and second derivative 2
 * / units.
 *
 * Hoerl & Kennard, "Ridge regression", Technometrics 12, 1970.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: meanSquaredError });
 */
export const meanSquaredError: Loss = defineLoss({
  name: 'meanSquaredError',
  coding: 'real',
  leastSquares: true,
  dual: { ridge: 0.5, limit: Number.POSITIVE_INFINITY, signed: false },
  tensor: (yTrue, yPred) => tf.mean(tf.square(tf.sub(yPred, yTrue)), -1),
  closed: outputwise(
    (t, p) => (p - t) ** 2,
    (t, p) => 2 * (p - t),
    () => 2,
  ),
});
