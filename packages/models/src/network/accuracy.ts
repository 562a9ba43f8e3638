import * as tf from '@tensorflow/tfjs-core';

/**
 * 1 for each row that is classified correctly, otherwise 0. The class is the sign of a single
 * output (0 belongs to the first class, whose target is not above 0), or the largest of several.
 */
export function correctRows(y: tf.Tensor2D, scores: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const hits =
      y.shape[1] === 1
        ? tf.reshape(tf.equal(tf.greater(y, 0), tf.greater(scores, 0)), [-1])
        : tf.equal(tf.argMax(y, 1), tf.argMax(scores, 1));
    return tf.cast(hits as tf.Tensor1D, 'float32');
  });
}
