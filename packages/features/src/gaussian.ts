import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { checkScale } from './check.ts';
import type { KernelConfig, ShiftInvariantKernel } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/**
 * The gaussian kernel, K(x, y) = exp(−‖x − y‖² / 2σ²), ‖·‖ the Euclidean norm, σ = `scale`.
 *
 * Its frequencies are standard normal: `scale` 1 has w ~ N(0, I). Distances go through
 * ‖x‖² + ‖y‖² − 2xy on centred points, clamped at 0: one matrix product, and an error in K near
 * 1e-7 × ‖x − mean‖² / σ². `gammaToScale` gives σ for scikit-learn's and LIBSVM's gamma.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @param scale σ, in the data's unit. Default: √(inputDim / 2), as in Keras.
 * @throws RangeError if `scale` is not a positive finite number.
 */
export function gaussian({ scale }: { scale?: number } = {}): ShiftInvariantKernel {
  if (scale !== undefined) checkScale(scale);
  return Object.freeze({
    name: 'gaussian',
    scale,
    evaluate: (x: tf.Tensor2D, y: tf.Tensor2D) => gram(x, y, scale),
    getConfig: (): KernelConfig => (scale === undefined ? {} : { scale }),
    sampleFrequencies: (random: Random, [inputDim, outputDim]: readonly [number, number]) =>
      Float32Array.from({ length: inputDim * outputDim }, random.normal),
    defaultScale,
  });
}

const defaultScale = (inputDim: number) => Math.sqrt(inputDim / 2);

function gram(xs: tf.Tensor2D, ys: tf.Tensor2D, scale?: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [x, y] = checkPoints(xs, ys);
    const sigma = scale ?? defaultScale(x.shape[1]);
    // Distances do not change when all points are moved; the rounding errors of large norms do.
    const center = tf.mean(y, 0, true);
    const unit = (points: tf.Tensor2D) => tf.div(tf.sub(points, center), sigma) as tf.Tensor2D;
    return gramInTiles(unit(x), unit(y), 1, (rows, columns) => {
      const squares = tf.add(
        tf.sum(tf.square(rows), 1, true),
        tf.reshape(tf.sum(tf.square(columns), 1), [1, -1]),
      );
      // Transposed first: a product with a transposed operand is many times slower on some backends.
      const products = tf.matMul(rows, tf.transpose(columns));
      const distances = tf.relu(tf.sub(squares, tf.mul(products, 2)));
      return tf.exp(tf.mul(distances, -0.5)) as tf.Tensor2D;
    });
  });
}
