import * as tf from '@tensorflow/tfjs-core';

/** Numbers the largest temporary may hold: 8 MiB, near what a processor keeps at hand. */
const largest = 1 << 21;

export interface ResponseSettings {
  padding: number;
  stride: number;
  threshold: number;
  grid: number;
}

/**
 * How strongly each filter answers in each part of an image:
 * √(Σ window · max(0, patch·filter − threshold)), grid × grid gaussian windows that each sum to 1.
 *
 * @param images [n, height, width, channels] @param filters [size, size, channels, F]
 * @returns [n, grid · grid · F]: row by row of the grid, filters last.
 */
export function patchResponses(
  images: tf.Tensor4D,
  filters: tf.Tensor4D,
  { padding, stride, threshold, grid }: ResponseSettings,
): tf.Tensor2D {
  const [n, height, width, channels] = images.shape;
  const [size, , , count] = filters.shape;
  const [rows, columns] = [height, width].map((length) =>
    Math.floor((length + 2 * padding - size) / stride + 1),
  );
  const bias = tf.fill([count], -threshold) as tf.Tensor1D;
  const vertical = poolingWindows(rows, grid);
  const horizontal = rows === columns ? vertical : poolingWindows(columns, grid);
  const ofBlock = (block: tf.Tensor4D) => {
    const convolution = { x: block, filter: filters, strides: stride, pad: padding, bias };
    const responses = tf.fused.conv2d({ ...convolution, activation: 'relu' });
    const b = block.shape[0];
    // One axis after the other: a fifth of the work of both at once.
    const down = tf.matMul<tf.Tensor3D>(
      vertical as tf.Tensor,
      tf.reshape(responses, [b, rows, columns * count]),
    );
    const pooled = tf.matMul(horizontal as tf.Tensor, tf.reshape(down, [b * grid, columns, count]));
    // Above 0, where the root's slope is infinite.
    return tf.sqrt(tf.maximum(tf.reshape(pooled, [b, grid * grid * count]), 1e-12)) as tf.Tensor2D;
  };
  const step = Math.max(1, Math.floor(largest / (rows * columns * count)));
  if (n <= step) return ofBlock(images);
  const blocks = Array.from({ length: Math.ceil(n / step) }, (_, i) =>
    tf.tidy(() => {
      const start = i * step;
      const length = Math.min(step, n - start);
      return ofBlock(tf.slice(images, [start, 0, 0, 0], [length, height, width, channels]));
    }),
  );
  return tf.concat(blocks, 0);
}

/**
 * Gaussian windows over `length` pixels, one a row, each with sum 1: their centres are those of
 * `grid` equal cells, their σ is 1/1.5 of a cell.
 */
function poolingWindows(length: number, grid: number): tf.Tensor2D {
  const cell = length / grid;
  const windows = Array.from({ length: grid }, (_, i) => {
    const centre = (i + 0.5) * cell - 0.5;
    const weights = Array.from({ length }, (_, at) =>
      Math.exp((-1.5 * 1.5 * ((at - centre) / cell) ** 2) / 2),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
  return tf.tensor2d(windows);
}
