import * as tf from '@tensorflow/tfjs-core';

/**
 * 0/1 labels as −1/+1, if all of them are 0 or 1; any others as they are. So does Keras; it looks
 * at one batch at a time. Nothing is read back from the device.
 */
export function toSigns(labels: tf.Tensor): tf.Tensor {
  const binary = tf.cast(tf.all(tf.logicalOr(tf.equal(labels, 0), tf.equal(labels, 1))), 'float32');
  return tf.sub(tf.mul(labels, tf.add(binary, 1)), binary);
}
