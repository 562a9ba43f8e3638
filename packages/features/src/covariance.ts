import { eventLoopYielder, inTurns } from '@kernel-methods/simd/turns';
import * as tf from '@tensorflow/tfjs-core';
import { loadSimd } from './load-simd.ts';

/** Rows per product: few enough to block the event loop for a few milliseconds only. */
const block = 128;

/**
 * The mean of rows and their covariance (divided by n − 1), computed in float64: a standard
 * deviation that is 1e-5 of the largest is still accurate.
 *
 * @param x [n, d] @returns mean [d], matrix [d, d].
 */
export async function covariance(
  x: tf.Tensor2D,
  signal?: AbortSignal,
): Promise<{ mean: Float64Array; matrix: Float64Array }> {
  const { getSimd, matmul64Steps } = await loadSimd();
  const simd = getSimd();
  const [n, d] = x.shape;
  const turns = eventLoopYielder();
  const eachBlock = async (use: (rows: Float32Array) => void | Promise<void>) => {
    for (let start = 0; start < n; start += block) {
      signal?.throwIfAborted();
      const part = tf.slice(x, [start, 0], [Math.min(block, n - start), d]);
      const rows = await part.data<'float32'>();
      part.dispose();
      await use(rows);
      if (turns.isDue()) await turns.take();
    }
  };
  let first: Float32Array | undefined;
  const mean = new Float64Array(d);
  await eachBlock((rows) => {
    first ??= rows.slice(0, d);
    for (let i = 0; i < rows.length; i++) mean[i % d] += rows[i] - first[i % d];
  });
  for (let j = 0; j < d; j++) mean[j] = first![j] + mean[j] / n;
  const matrix = new Float64Array(d * d);
  await eachBlock(async (rows) => {
    const centred = Float64Array.from(rows, (value, i) => value - mean[i % d]);
    const shape = { m: d, n: d, k: rows.length / d, transposeA: true };
    const products = await inTurns(matmul64Steps(simd, centred, centred, shape), signal);
    for (let i = 0; i < matrix.length; i++) matrix[i] += products[i];
  });
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (matrix[i * d + j] + matrix[j * d + i]) / 2 / Math.max(n - 1, 1);
      matrix[i * d + j] = matrix[j * d + i] = value;
    }
  }
  return { mean, matrix };
}
