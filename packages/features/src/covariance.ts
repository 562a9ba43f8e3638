import * as tf from '@tensorflow/tfjs-core';

/** Rows in one product: so many that their sum in float32 is as good as its terms. */
const block = 1024;

/**
 * The mean of rows and their covariance (divided by n − 1): products of blocks in float32 around a
 * mean of float64, their sum in float64.
 *
 * @param x [n, d] @returns mean [d], matrix [d, d].
 */
export async function covariance(
  x: tf.Tensor2D,
  signal?: AbortSignal,
): Promise<{ mean: Float64Array; matrix: Float64Array }> {
  const [n, d] = x.shape;
  const first = tf.slice(x, [0, 0], [1, d]);
  const mean = new Float64Array(d);
  const matrix = new Float64Array(d * d);
  /** Adds up what `of` makes of blocks of rows less the first row or the mean. */
  const add = async (
    sum: Float64Array,
    center: tf.Tensor,
    of: (rows: tf.Tensor2D) => tf.Tensor,
  ) => {
    for (let start = 0; start < n; start += block) {
      signal?.throwIfAborted();
      const part = tf.tidy(() =>
        of(tf.sub(tf.slice(x, [start, 0], [Math.min(block, n - start), d]), center)),
      );
      const values = await part.data();
      part.dispose();
      for (let i = 0; i < sum.length; i++) sum[i] += values[i];
    }
  };
  let center: tf.Tensor | undefined;
  try {
    await add(mean, first, (rows) => tf.sum(rows, 0));
    const start = await first.data();
    for (let j = 0; j < d; j++) mean[j] = start[j] + mean[j] / n;
    center = tf.tensor2d(Float32Array.from(mean), [1, d]);
    await add(matrix, center, (rows) => tf.matMul(tf.transpose(rows), rows));
  } finally {
    tf.dispose([first, ...(center ? [center] : [])]);
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (matrix[i * d + j] + matrix[j * d + i]) / 2 / Math.max(n - 1, 1);
      matrix[i * d + j] = matrix[j * d + i] = value;
    }
  }
  return { mean, matrix };
}
