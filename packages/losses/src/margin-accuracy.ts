import * as tf from '@tensorflow/tfjs-core';

/**
 * The fraction of a row's outputs on the right side of 0: […, units] → […].
 *
 * For models whose outputs are margins or logits. Labels are 0/1 or −1/+1; above 0 means positive.
 * With one output, tfjs's 'accuracy' has its threshold at 0.5 and takes 0/1 only, which is right
 * only for probabilities. With several one-hot outputs use 'accuracy', which compares the largest.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: hinge, metrics: [marginAccuracy] });
 */
export function marginAccuracy(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    tf.mean(tf.cast(tf.equal(tf.greater(yTrue, 0), tf.greater(yPred, 0)), 'float32'), -1),
  );
}
