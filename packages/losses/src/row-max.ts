import * as tf from '@tensorflow/tfjs-core';

/**
 * The largest entry along the last axis: […, units] → […]. Entries that tie share the gradient
 * evenly, as in TensorFlow; tfjs's own `max` gives all of it to each, which is no subgradient.
 */
export const rowMax: (x: tf.Tensor) => tf.Tensor = tf.customGrad((input, save) => {
  const x = input as tf.Tensor;
  const largest = tf.max(x, -1, true);
  (save as (tensors: tf.Tensor[]) => void)([x, largest]);
  return {
    value: tf.squeeze(largest, [-1]),
    gradFunc: (dy, saved) => {
      const [values, largestValue] = saved;
      const ties = tf.cast(tf.equal(values, largestValue), 'float32');
      return tf.mul(tf.expandDims(dy, -1), tf.div(ties, tf.sum(ties, -1, true)));
    },
  };
});
