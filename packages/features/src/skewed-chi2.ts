import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelConfig } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/**
 * The skewed χ² kernel of histograms, K(x, y) = ∏ 2·√(xᵢ + c)·√(yᵢ + c) / (xᵢ + yᵢ + 2c), c = `skew`.
 *
 * The numbers must be above −c. `skewedChi2Features` approximates it.
 *
 * Li, Ionescu & Sminchisescu, "Random Fourier Approximations for Skewed Multiplicative Histogram
 * Kernels", DAGM 2010.
 *
 * @param skew c. Default: 1.
 * @throws RangeError if `skew` is not a positive finite number.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * skewedChi2({ skew: 1 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export function skewedChi2({ skew = 1 }: { skew?: number } = {}): Kernel {
  check.positiveFloat32('skew', skew);
  return Object.freeze({
    name: 'skewedChi2',
    evaluate: (xs: tf.Tensor2D, ys: tf.Tensor2D) =>
      tf.tidy(() => {
        const [x, y] = checkPoints(xs, ys);
        const d = x.shape[1];
        return gramInTiles(x, y, d, (rows, columns) => {
          const [a, b] = [tf.add(rows, skew), tf.add(columns, skew)];
          const [left, right] = [tf.reshape(a, [-1, 1, d]), tf.reshape(b, [1, -1, d])];
          // The logarithm of each factor is small where x and y are close, so no large numbers are
          // subtracted.
          const ratio = tf.div(
            tf.mul(tf.sqrt(left), tf.sqrt(right)),
            tf.mul(tf.add(left, right), 0.5),
          );
          return tf.exp(tf.sum(tf.log(ratio), 2)) as tf.Tensor2D;
        });
      }),
    domain: Object.freeze({ above: -Math.fround(skew), isIncluded: false }),
    getConfig: (): KernelConfig => ({ skew }),
  });
}
