import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { checkScale } from './check.ts';
import type { KernelConfig, ShiftInvariantKernel } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/**
 * The laplacian kernel, K(x, y) = exp(−‖x − y‖₁ / σ), ‖·‖₁ the sum of absolute values, σ = `scale`.
 *
 * The L1 norm is Keras's and scikit-learn's choice; others mean the Euclidean norm by the same name.
 * Its frequencies are standard Cauchy, each by itself: heavy tails, so the cosine's arguments grow
 * large and more features are needed than for the gaussian kernel.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @param scale σ, in the data's unit. Default: 1, as in Keras.
 * @throws RangeError if `scale` is not a positive finite number.
 */
export function laplacian({ scale }: { scale?: number } = {}): ShiftInvariantKernel {
  if (scale !== undefined) checkScale(scale);
  return Object.freeze({
    name: 'laplacian',
    scale,
    evaluate: (x: tf.Tensor2D, y: tf.Tensor2D) => gram(x, y, scale ?? 1),
    getConfig: (): KernelConfig => (scale === undefined ? {} : { scale }),
    sampleFrequencies: (random: Random, [inputDim, outputDim]: readonly [number, number]) =>
      Float32Array.from({ length: inputDim * outputDim }, random.cauchy),
    defaultScale: () => 1,
  });
}

function gram(xs: tf.Tensor2D, ys: tf.Tensor2D, scale: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [x, y] = checkPoints(xs, ys);
    return gramInTiles(x, y, Math.max(1, x.shape[1]), (rows, columns) => {
      const differences = tf.sub(tf.expandDims(rows, 1), tf.expandDims(columns, 0));
      const distances = tf.sum(tf.abs(differences), 2);
      return tf.exp(tf.neg(tf.div(distances, scale))) as tf.Tensor2D;
    });
  });
}
