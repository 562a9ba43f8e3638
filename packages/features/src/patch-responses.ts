import * as tf from '@tensorflow/tfjs-core';
import { poolingWindows } from './pooling-windows.ts';

/**
 * The name of the tfjs kernel that computes the responses in one pass, on the backends that have
 * it.
 *
 * Inputs `x` [n, h, w, c], `filters` [size, size, c, F], `vertical` [g, rows], `horizontal` [k,
 * columns], the windows; attributes `padding`, `stride`, `threshold`, `least`; output [n, g·k·F];
 * all float32: √max(least, Σ windows · max(0, patch·filter − threshold)). It needs no gradient,
 * since it is not used where one is taken.
 */
export const patchResponsesOp = 'PatchResponses';

export interface ResponseSettings {
  padding: number;
  stride: number;
  threshold: number;
  grid: number;
}

type Inputs = {
  x: tf.Tensor4D;
  filters: tf.Tensor4D;
  vertical: tf.Tensor2D;
  horizontal: tf.Tensor2D;
};

type Attributes = Omit<ResponseSettings, 'grid'> & { least: number };

// Above 0, because the slope of the root is infinite at 0.
const least = 1e-12;

/**
 * How strongly each filter responds in each part of an image: √(Σ window · max(0,
 * patch·filter − threshold)), grid × grid gaussian windows that each sum to 1.
 *
 * It is one fused kernel if the current backend has `PatchResponses` and no gradient is taken,
 * otherwise a convolution and two products, block by block. Differentiable in `images` and
 * `filters`.
 *
 * @param images [n, height, width, channels] @param filters [size, size, channels, F]
 * @returns [n, grid · grid · F]: row by row of the grid, filters last.
 */
export function patchResponses(
  images: tf.Tensor4D,
  filters: tf.Tensor4D,
  { grid, padding, stride, threshold }: ResponseSettings,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [rows, columns] = images.shape.slice(1, 3).map((length) => {
      return Math.floor((length + 2 * padding - filters.shape[0]) / stride) + 1;
    });
    const vertical = poolingWindows(rows, grid);
    const horizontal = rows === columns ? vertical : poolingWindows(columns, grid);
    const inputs = { x: images, filters, vertical, horizontal };
    const attributes = { padding, stride, threshold, least };
    // tfjs does the same with its own fused operations: the parts have the gradients.
    const { gradientDepth } = tf.engine().state;
    return gradientDepth > 0 || !tf.getKernel(patchResponsesOp, tf.getBackend())
      ? composed(inputs, attributes)
      : (tf.engine().runKernel(patchResponsesOp, inputs, attributes) as tf.Tensor2D);
  });
}

/**
 * The numbers that the largest temporary may hold: 8 MiB, about the size of a processor's cache.
 */
const largest = 1 << 21;

/** The same, composed of tfjs's operations. */
function composed(inputs: Inputs, { padding, stride, threshold }: Attributes): tf.Tensor2D {
  const { x, filters, vertical, horizontal } = inputs;
  const [n, ...image] = x.shape;
  const [down, rows] = vertical.shape;
  const [across, columns] = horizontal.shape;
  const count = filters.shape[3];
  const bias = tf.fill([count], -threshold) as tf.Tensor1D;
  const ofBlock = (block: tf.Tensor4D) => {
    const convolution = { x: block, filter: filters, strides: stride, pad: padding, bias };
    const responses = tf.fused.conv2d({ ...convolution, activation: 'relu' });
    const b = block.shape[0];
    // One axis after the other takes a fifth of the work of both at once.
    const half = tf.matMul(
      vertical as tf.Tensor,
      tf.reshape(responses, [b, rows, columns * count]),
    );
    const pooled = tf.matMul(horizontal as tf.Tensor, tf.reshape(half, [b * down, columns, count]));
    const sums = tf.reshape(pooled, [b, down * across * count]);
    return tf.sqrt(tf.maximum(sums, least)) as tf.Tensor2D;
  };
  const step = Math.max(1, Math.floor(largest / (rows * columns * count)));
  if (n <= step) return ofBlock(x);
  const blocks = Array.from({ length: Math.ceil(n / step) }, (_, i) =>
    tf.tidy(() => {
      const length = Math.min(step, n - i * step);
      return ofBlock(tf.slice(x, [i * step, 0, 0, 0], [length, ...image]));
    }),
  );
  return tf.concat(blocks, 0);
}
