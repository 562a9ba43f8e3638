import * as tf from '@tensorflow/tfjs-core';

/**
 * Maps 0/1 labels to −1/+1 if all labels are 0 or 1, and leaves any others unchanged. Keras does
 * the same, one batch at a time. Nothing is read back from the device.
 */
export function toSigns(labels: tf.Tensor): tf.Tensor {
  const binary = tf.cast(tf.all(tf.logicalOr(tf.equal(labels, 0), tf.equal(labels, 1))), 'float32');
  return tf.sub(tf.mul(labels, tf.add(binary, 1)), binary);
}
