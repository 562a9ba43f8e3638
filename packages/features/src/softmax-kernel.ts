import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelConfig } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/**
 * The softmax kernel of attention, K(x, y) = exp(x·y / σ²), σ = `scale`.
 *
 * It is not shift-invariant: it grows with the points' norms. `positiveRandomFeatures` approximates
 * it. Attention over d numbers has σ = d^¼.
 *
 * Choromanski et al., "Rethinking Attention with Performers", ICLR 2021.
 *
 * @param scale σ, in the data's unit. Default: 1.
 * @throws RangeError if `scale` is not a positive finite number.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * softmaxKernel({ scale: 2 }).evaluate(x, x).print(); // [2, 2]
 */
export function softmaxKernel({ scale }: { scale?: number } = {}): Kernel {
  const sigma = check.positiveFloat32('scale', scale ?? 1);
  return Object.freeze({
    name: 'softmaxKernel',
    evaluate: (xs: tf.Tensor2D, ys: tf.Tensor2D) =>
      tf.tidy(() => {
        const [x, y] = checkPoints(xs, ys).map((points) => tf.div(points, sigma) as tf.Tensor2D);
        return gramInTiles(x, y, 1, (rows, columns) =>
          tf.exp(tf.matMul(rows, tf.transpose(columns))),
        );
      }),
    getConfig: (): KernelConfig => (scale === undefined ? {} : { scale }),
  });
}
