import type { Random } from '@kernel-methods/random';
import { eventLoopYielder } from '@kernel-methods/simd/turns';
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

/** The number of rows whose kernel matrix is computed to get its diagonal. */
const ROWS = 128;

/** K(x, x) of each row. */
export async function diagonalOf({ kernel, x, signal }: Search): Promise<Float32Array> {
  const n = x.shape[0];
  const out = new Float32Array(n);
  const turns = eventLoopYielder();
  for (let from = 0; from < n; from += ROWS) {
    const count = Math.min(ROWS, n - from);
    const diagonal = tf.tidy(() => {
      const block = tf.slice(x, [from, 0], [count, -1]);
      return tf.sum(tf.mul(kernel.evaluate(block, block), tf.eye(count)), 1);
    });
    out.set(await diagonal.data<'float32'>(), from);
    diagonal.dispose();
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  }
  return out;
}
