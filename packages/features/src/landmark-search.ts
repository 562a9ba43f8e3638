import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';

/** The task of choosing `count` rows of x that represent all of them. */
export interface Search {
  x: tf.Tensor2D;
  kernel: Kernel;
  count: number;
  random: Random;
  signal?: AbortSignal;
}

/** K(x, x) of each row. */
export async function diagonalOf(kernel: Kernel, x: tf.Tensor2D): Promise<Float32Array> {
  const [n, step] = [x.shape[0], 128];
  return read(() =>
    tf.concat(
      Array.from({ length: Math.ceil(n / step) }, (_, i) =>
        tf.tidy(() => {
          const count = Math.min(step, n - i * step);
          const block = tf.slice(x, [i * step, 0], [count, -1]);
          return tf.sum(tf.mul(kernel.evaluate(block, block), tf.eye(count)), 1) as tf.Tensor1D;
        }),
      ),
    ),
  );
}

export async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  const values = await tensor.data();
  tensor.dispose();
  return values as Float32Array;
}
