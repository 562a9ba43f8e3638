import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelConfig } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/**
 * The arc-cosine kernel, which an infinitely wide layer of step, ReLU or squared ReLU units
 * computes: K(x, y) = (1/π) ‖x‖ⁿ‖y‖ⁿ J(θ), θ the angle between x and y, n = `degree`, J = π − θ for
 * degree 0; sin θ + (π − θ) cos θ for 1; 3 sin θ cos θ + (π − θ)(1 + 2 cos² θ) for 2.
 *
 * K(x, x) is 1, ‖x‖² or 3‖x‖⁴. `arcCosineFeatures` approximates the kernel. For degree 0 float32
 * leaves an error near 1e-4 where x and y point the same way; the origin counts as orthogonal to
 * all points.
 *
 * Cho & Saul, "Kernel Methods for Deep Learning", NIPS 2009.
 *
 * @param degree 0, 1 or 2. Default: 1.
 * @throws RangeError if `degree` is none of these.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * arcCosine({ degree: 1 }).evaluate(x, x).print(); // [2, 2]
 */
export function arcCosine({ degree = 1 }: { degree?: 0 | 1 | 2 } = {}): Kernel {
  checkDegree(degree);
  return Object.freeze({
    name: 'arcCosine',
    evaluate: (xs: tf.Tensor2D, ys: tf.Tensor2D) =>
      tf.tidy(() => {
        const [x, y] = checkPoints(xs, ys);
        return gramInTiles(x, y, 1, (rows, columns) => tile(rows, columns, degree));
      }),
    getConfig: (): KernelConfig => ({ degree }),
  });
}

function tile(x: tf.Tensor2D, y: tf.Tensor2D, degree: number): tf.Tensor2D {
  const norms = tf.mul(tf.norm(x, 2, 1, true), tf.transpose(tf.norm(y, 2, 1, true)));
  const cosine = tf.clipByValue(
    tf.div(tf.matMul(x, tf.transpose(y)), tf.maximum(norms, 1e-30)),
    -1,
    1,
  );
  const rest = tf.sub(Math.PI, tf.acos(cosine));
  if (degree === 0) return tf.div(rest, Math.PI);
  const sine = tf.sqrt(tf.sub(1, tf.square(cosine)));
  if (degree === 1) {
    return tf.div(tf.mul(norms, tf.add(sine, tf.mul(rest, cosine))), Math.PI);
  }
  const product = tf.mul(tf.mul(sine, cosine), 3);
  const weighted = tf.mul(rest, tf.add(tf.mul(tf.square(cosine), 2), 1));
  return tf.div(tf.mul(tf.square(norms), tf.add(product, weighted)), Math.PI);
}

export function checkDegree(degree: unknown): number {
  if (degree !== 0 && degree !== 1 && degree !== 2) {
    throw check.rangeError('degree', 'be 0, 1 or 2', check.shown(degree));
  }
  return degree;
}
