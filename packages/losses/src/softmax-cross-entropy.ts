import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from './define-loss.ts';
import { exponential } from './exponential.ts';
import type { FloatArray, Loss, LossBatch } from './loss.ts';

/**
 * Softmax cross-entropy of a row, from logits: −Σ_j t_j·log softmax(p)_j. It is Keras's
 * `CategoricalCrossentropy(from_logits=True)`, the loss of multinomial logistic regression.
 *
 * Targets are one-hot (or probabilities). `link`: the probabilities of a row are softmax(p). The
 * loss is smooth. With s = softmax(p) and T = Σ_j t_j (1 for one-hot targets) the gradient is T·s −
 * t and the Hessian T·(diag(s) − s·sᵀ). The largest logit is subtracted first, so no exponential
 * overflows.
 *
 * Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: softmaxCrossEntropy, metrics: ['accuracy'] });
 */
export const softmaxCrossEntropy: Loss = defineLoss({
  name: 'softmaxCrossEntropy',
  coding: 'one-hot',
  link: 'softmax',
  tensor: (yTrue, yPred) => tf.neg(tf.sum(tf.mul(yTrue, tf.logSoftmax(yPred)), -1)),
  closed: {
    values({ targets, predictions, units }, out) {
      for (let row = 0; row < out.length; row++) {
        const start = row * units;
        const { largest, sum } = exponentials(predictions, start, units);
        const logSum = Math.log(sum);
        let value = 0;
        for (let i = start; i < start + units; i++) {
          value += targets[i] * (logSum - (predictions[i] - largest));
        }
        out[row] = value;
      }
    },
    gradient(batch, out) {
      valuesAndGradient(batch, undefined, out);
    },
    valuesAndGradient,
    hessianProduct({ targets, predictions, units }, direction, out) {
      // These are kept because the exponentials cost more than everything else here.
      const probabilities = new Float64Array(units);
      for (let start = 0; start < out.length; start += units) {
        const largest = largestOf(predictions, start, units);
        let sum = 0;
        let mean = 0;
        for (let i = 0; i < units; i++) {
          const value = exponential(predictions[start + i] - largest);
          probabilities[i] = value;
          sum += value;
          mean += value * direction[start + i];
        }
        mean /= sum;
        const factor = sumOf(targets, start, units) / sum;
        for (let i = 0; i < units; i++) {
          out[start + i] = factor * probabilities[i] * (direction[start + i] - mean);
        }
      }
    },
  },
});

/** Exponentials cost more than everything else here: each is taken once. */
function valuesAndGradient(
  { targets, predictions, units }: LossBatch,
  values: FloatArray | undefined,
  out: FloatArray,
): void {
  const powers = new Float64Array(units);
  for (let start = 0, row = 0; start < out.length; start += units, row++) {
    const largest = largestOf(predictions, start, units);
    let sum = 0;
    let total = 0;
    let right = 0;
    for (let i = 0; i < units; i++) {
      const below = predictions[start + i] - largest;
      const power = exponential(below);
      const target = targets[start + i];
      powers[i] = power;
      sum += power;
      total += target;
      right += target * below;
    }
    if (values !== undefined) values[row] = total * Math.log(sum) - right;
    const factor = total / sum;
    for (let i = 0; i < units; i++) out[start + i] = factor * powers[i] - targets[start + i];
  }
}

function exponentials(predictions: ArrayLike<number>, start: number, units: number) {
  const largest = largestOf(predictions, start, units);
  let sum = 0;
  for (let i = start; i < start + units; i++) sum += exponential(predictions[i] - largest);
  return { largest, sum };
}

/** The largest logit. A NaN is passed over: its exponential makes the whole row NaN. */
function largestOf(predictions: ArrayLike<number>, start: number, units: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  // Not Math.max, which costs as much as the exponentials.
  for (let i = start; i < start + units; i++) {
    if (predictions[i] > largest) largest = predictions[i];
  }
  return largest;
}

function sumOf(values: ArrayLike<number>, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += values[i];
  return sum;
}
