import * as tf from '@tensorflow/tfjs-core';
import { walshHadamard } from './walsh-hadamard.ts';

/**
 * The name of the tfjs kernel that computes structured features in one pass, on the backends that
 * have it.
 *
 * Inputs `x` [n, d], `signs` [rounds, blocks, p], `lengths` [D], `bias` [D]; attribute `factor`, a
 * number; output [n, D]; all float32. Its gradient is registered here, for all backends.
 */
export const structuredFeaturesOp = 'StructuredFeatures';

/**
 * Computes factor · cos(x·W + bias) for frequencies W that are not stored as a matrix; see
 * `structuredProducts`. It is one kernel if the current backend has `StructuredFeatures`.
 * Differentiable in x, lengths and bias.
 *
 * @param x [n, d] @param signs [rounds, blocks, p], p a power of 2, d or above.
 * @param lengths [D], D up to blocks × p. @param bias [D]. @returns [n, D]
 *
 * @example
 * const [x, signs] = [tf.ones([5, 4]), tf.ones([2, 3, 4])]; // 2 blocks of 4 features
 * structuredFeatures(x, signs, tf.ones([8]), tf.zeros([8])); // [5, 8]
 */
export function structuredFeatures(
  x: tf.Tensor2D,
  signs: tf.Tensor3D,
  lengths: tf.Tensor1D,
  bias: tf.Tensor1D,
  factor = 1,
): tf.Tensor2D {
  if (tf.getKernel(structuredFeaturesOp, tf.getBackend()) !== undefined) {
    const inputs = { x, signs, lengths, bias };
    return tf.engine().runKernel(structuredFeaturesOp, inputs, { factor }) as tf.Tensor2D;
  }
  return composed(x, signs, lengths, bias, factor);
}

const composed = (
  x: tf.Tensor2D,
  signs: tf.Tensor3D,
  lengths: tf.Tensor1D,
  bias: tf.Tensor1D,
  factor: number,
): tf.Tensor2D =>
  tf.tidy(() => tf.mul(tf.cos(tf.add(structuredProducts(x, signs, lengths), bias)), factor));

/**
 * x·W: `lengths` times H·signs₃·H·signs₂·H·signs₁·x for each block of signs, H the Walsh–Hadamard
 * transform of x padded with zeros to p numbers.
 *
 * @param x [n, d] @param signs [rounds, blocks, p] @param lengths [D] @returns [n, D]
 *
 * @example
 * const [x, signs] = [tf.ones([5, 4]), tf.ones([2, 3, 4])]; // 2 blocks of 4 features
 * structuredProducts(x, signs, tf.ones([8])); // [5, 8]
 */
export function structuredProducts(
  x: tf.Tensor2D,
  signs: tf.Tensor3D,
  lengths: tf.Tensor1D,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [rounds, blocks, length] = signs.shape;
    const [n, inputDim] = x.shape;
    const padding: [number, number][] = [
      [0, 0],
      [0, length - inputDim],
    ];
    let rows: tf.Tensor = tf.reshape(tf.pad(x, padding), [n, 1, length]);
    for (const round of tf.split(signs, rounds)) {
      const signed = tf.reshape(tf.mul(rows, round), [n * blocks, length]) as tf.Tensor2D;
      rows = tf.reshape(walshHadamard(signed), [n, blocks, length]);
    }
    const all = tf.slice(tf.reshape(rows, [n, blocks * length]), [0, 0], [n, lengths.size]);
    return tf.mul(all, lengths) as tf.Tensor2D;
  });
}

tf.registerGradient({
  kernelName: structuredFeaturesOp,
  inputsToSave: ['x', 'signs', 'lengths', 'bias'],
  gradFunc: (dy, saved, attributes) => {
    const { factor } = attributes as unknown as { factor: number };
    const [x, signs, lengths, bias] = saved as [tf.Tensor2D, tf.Tensor3D, tf.Tensor1D, tf.Tensor1D];
    // All gradients need it, so it is computed here: tfjs tidies up after each of them.
    const slope = tf.tidy(() => {
      const angles = tf.add(structuredProducts(x, signs, lengths), bias);
      return tf.mul(tf.mul(tf.sin(angles), -factor), dy as tf.Tensor2D) as tf.Tensor2D;
    });
    return {
      x: () => transposedProducts(tf.mul(slope, lengths), signs, x.shape[1]),
      signs: () => {
        throw new Error('`signs` have no gradient.');
      },
      lengths: () => {
        const ones = tf.onesLike(lengths);
        return tf.sum(tf.mul(slope, structuredProducts(x, signs, ones)), 0);
      },
      bias: () => tf.sum(slope, 0),
    };
  },
});

/** The transpose of H·signs₃·H·signs₂·H·signs₁, for all blocks together: from [n, D] to [n, d]. */
function transposedProducts(y: tf.Tensor2D, signs: tf.Tensor3D, inputDim: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [rounds, blocks, length] = signs.shape;
    const [n, outputDim] = y.shape;
    const padding: [number, number][] = [
      [0, 0],
      [0, blocks * length - outputDim],
    ];
    let rows: tf.Tensor = tf.pad(y, padding);
    for (const round of tf.split(signs, rounds).reverse()) {
      const turned = walshHadamard(tf.reshape(rows, [n * blocks, length]));
      rows = tf.mul(tf.reshape(turned, [n, blocks, length]), round);
    }
    return tf.slice(tf.sum(rows, 1) as tf.Tensor2D, [0, 0], [n, inputDim]);
  });
}
