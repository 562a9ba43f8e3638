import { eventLoopYielder, STEP_PRODUCTS } from '@kernel-methods/simd/turns';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';

/** The cost of a kernel's function for a pair, in multiplications. */
const FUNCTION = 16;

interface Options {
  readonly signal?: AbortSignal | undefined;
  /** The result for some rows of the matrix, given as `[rows, y]`. Default: the rows themselves. */
  readonly of?: (products: tf.Tensor2D) => tf.Tensor;
  /** Its cost per row, in multiplications. Default 0. */
  readonly cost?: number;
}

/**
 * Computes a function of the kernel matrix of x and y, some rows of x at a time, with turns for the
 * event loop.
 *
 * @returns the results of `of`, row after row.
 * @throws the signal's reason when aborted.
 */
export async function evaluateInTurns(
  kernel: Kernel,
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  { signal, of = (products) => products, cost = 0 }: Options = {},
): Promise<Float32Array> {
  const [n, d] = x.shape;
  const perRow = y.shape[0] * (2 * d + FUNCTION) + cost;
  const together = Math.max(1, Math.floor(STEP_PRODUCTS / perRow));
  const turns = eventLoopYielder();
  let out = new Float32Array(0);
  for (let from = 0; from < n; from += together) {
    const count = Math.min(together, n - from);
    const part = tf.tidy(() => of(kernel.evaluate(tf.slice(x, [from, 0], [count, d]), y)));
    const values = await part.data<'float32'>();
    part.dispose();
    if (from === 0) out = new Float32Array((values.length / count) * n);
    out.set(values, (out.length / n) * from);
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  }
  return out;
}
