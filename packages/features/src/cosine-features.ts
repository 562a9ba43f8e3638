import * as tf from '@tensorflow/tfjs-core';
import { cosineFeaturesOnCpu } from './cosine-features-cpu.ts';

/**
 * The name of the tfjs kernel that computes cosine features in one pass, on the backends that have
 * it.
 *
 * Inputs `x` [n, d], `kernel` [d, D], `bias` [D]; attribute `factor`, a number; output [n, D];
 * all float32: factor · cos(x · kernel + bias). Its gradient is registered here, for all backends.
 */
export const cosineFeaturesOp = 'CosineFeatures';

/**
 * Computes factor · cos(x · kernel + bias). It is one fused kernel if the current backend has
 * `CosineFeatures`, otherwise a product, a sum and a cosine. Differentiable in `x`, `kernel` and
 * `bias`.
 *
 * @param x [n, d] @param kernel [d, D] @param bias [D], all float32. @returns [n, D]
 *
 * @example
 * const [x, kernel] = [tf.ones([5, 3]), tf.randomNormal([3, 8])];
 * cosineFeatures(x, kernel, tf.zeros([8])); // cos(x·kernel), [5, 8]
 */
export function cosineFeatures(
  x: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  factor = 1,
): tf.Tensor2D {
  if (tf.getKernel(cosineFeaturesOp, tf.getBackend()) !== undefined) {
    const inputs = { x, kernel, bias };
    return tf.engine().runKernel(cosineFeaturesOp, inputs, { factor }) as tf.Tensor2D;
  }
  return tf.tidy(() => {
    const cosine = tf.cos(angles(x, kernel, bias));
    return factor === 1 ? cosine : tf.mul(cosine, factor);
  });
}

const angles = (x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D =>
  tf.fused.matMul({ a: x, b: kernel, bias }) as tf.Tensor2D;

// A second copy of this module keeps the kernel of the first: tfjs would warn.
if (tf.getKernel(cosineFeaturesOp, 'cpu') === undefined) {
  tf.registerKernel({
    kernelName: cosineFeaturesOp,
    backendName: 'cpu',
    kernelFunc: cosineFeaturesOnCpu,
  });
}

tf.registerGradient({
  kernelName: cosineFeaturesOp,
  inputsToSave: ['x', 'kernel', 'bias'],
  gradFunc: (dy, saved, attributes) => {
    const [x, kernel, bias] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const factor = (attributes as unknown as { factor: number }).factor;
    // All three gradients need it, so it is computed here: tfjs tidies up after each of them.
    const slope = tf.tidy(() =>
      tf.mul(tf.mul(tf.sin(angles(x, kernel, bias)), -factor), dy as tf.Tensor2D),
    );
    // Transposed first: a product with a transposed operand is many times slower on some backends.
    return {
      x: () => tf.matMul(slope, tf.transpose(kernel)),
      kernel: () => tf.matMul(tf.transpose(x), slope),
      bias: () => tf.sum(slope, 0),
    };
  },
});
