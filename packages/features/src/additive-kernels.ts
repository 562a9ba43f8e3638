import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/**
 * The additive χ² kernel of histograms, K(x, y) = Σ 2·xᵢ·yᵢ / (xᵢ + yᵢ), 0 where both are 0.
 *
 * The numbers must not be negative. `additiveChi2Features` approximates it. (scikit-learn's
 * `additive_chi2_kernel` is a different one: −Σ (xᵢ − yᵢ)² / (xᵢ + yᵢ).)
 *
 * Vedaldi & Zisserman, "Efficient Additive Kernels via Explicit Feature Maps", PAMI 2012.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * additiveChi2().evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export const additiveChi2 = (): Kernel =>
  additive('additiveChi2', (x, y) =>
    tf.div(tf.mul(tf.mul(x, y), 2), tf.maximum(tf.add(x, y), 1e-30)),
  );

/**
 * The intersection kernel of histograms, K(x, y) = Σ min(xᵢ, yᵢ).
 *
 * The numbers must not be negative. `intersectionFeatures` approximates it.
 *
 * Maji, Berg & Malik, "Classification Using Intersection Kernel Support Vector Machines Is
 * Efficient", CVPR 2008.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * intersectionKernel().evaluate(x, x).print(); // [2, 2]
 */
export const intersectionKernel = (): Kernel => additive('intersection', tf.minimum);

function additive(name: string, term: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): Kernel {
  return Object.freeze({
    name,
    evaluate: (xs: tf.Tensor2D, ys: tf.Tensor2D) =>
      tf.tidy(() => {
        const [x, y] = checkPoints(xs, ys);
        const d = x.shape[1];
        return gramInTiles(x, y, d, (rows, columns) => {
          const terms = term(tf.reshape(rows, [-1, 1, d]), tf.reshape(columns, [1, -1, d]));
          return tf.sum(terms, 2) as tf.Tensor2D;
        });
      }),
    domain: Object.freeze({ above: 0, isIncluded: true }),
    getConfig: () => ({}),
  });
}
