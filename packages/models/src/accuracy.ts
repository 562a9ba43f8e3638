import * as tf from '@tensorflow/tfjs-core';

/**
 * How many rows are classified rightly: by the sign of a single output (0 belongs to the first
 * class, as its target is not above 0), or by the largest of several.
 */
export function correctRows(y: tf.Tensor2D, scores: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const hits =
      y.shape[1] === 1
        ? tf.equal(tf.greater(y, 0), tf.greater(scores, 0))
        : tf.equal(tf.argMax(y, 1), tf.argMax(scores, 1));
    return tf.sum(tf.cast(hits, 'int32'));
  });
}
