import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from './define-loss.ts';
import type { Loss } from './loss.ts';
import { rowMax } from './row-max.ts';

/**
 * Categorical hinge loss of a row, max(0, 1 + max_j (1 − t_j)·p_j − Σ_j t_j·p_j).
 *
 * Targets are one-hot. As in Keras, the label's own entry counts as 0 in the inner maximum, so
 * negative predictions of the other classes count as 0.
 *
 * At the outer kink the row counts, as in Keras and in `hinge`. Entries that tie in the inner
 * maximum share the gradient evenly, as in TensorFlow. There is no second derivative.
 *
 * Crammer & Singer, "On the algorithmic implementation of multiclass kernel-based vector machines",
 * JMLR 2, 2001 (without the 0 for the label's own entry).
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: categoricalHinge, metrics: ['accuracy'] });
 */
export const categoricalHinge: Loss = defineLoss({
  name: 'categoricalHinge',
  coding: 'one-hot',
  tensor: (yTrue, yPred) => {
    const own = tf.sum(tf.mul(yTrue, yPred), -1);
    const other = rowMax(tf.mul(tf.sub(1, yTrue), yPred));
    return tf.maximum(tf.add(tf.sub(other, own), 1), 0);
  },
  closed: {
    values({ targets, predictions, units }, out) {
      for (let row = 0; row < out.length; row++) {
        out[row] = Math.max(0, slack(targets, predictions, row * units, units).value);
      }
    },
    gradient({ targets, predictions, units }, out) {
      for (let start = 0; start < out.length; start += units) {
        const { value, largest, ties } = slack(targets, predictions, start, units);
        for (let i = start; i < start + units; i++) {
          const other = (1 - targets[i]) * predictions[i] === largest ? (1 - targets[i]) / ties : 0;
          out[i] = value >= 0 ? other - targets[i] : 0;
        }
      }
    },
  },
});

/**
 * 1 + the largest prediction of another class − that of the label, and the number of entries that
 * tie.
 */
function slack(
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
  start: number,
  units: number,
) {
  let largest = Number.NEGATIVE_INFINITY;
  let ties = 0;
  let own = 0;
  for (let i = start; i < start + units; i++) {
    own += targets[i] * predictions[i];
    const other = (1 - targets[i]) * predictions[i];
    if (other > largest) {
      largest = other;
      ties = 1;
    } else if (other === largest) {
      ties++;
    }
  }
  return { value: 1 + largest - own, largest, ties };
}
