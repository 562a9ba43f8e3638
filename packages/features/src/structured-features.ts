import * as tf from '@tensorflow/tfjs-core';
import { walshHadamard } from './walsh-hadamard.ts';

/**
 * The name of the tfjs kernel that does it in one go, on the backends that have one.
 *
 * Inputs `x` [n, d], `signs` [rounds, blocks, p], `lengths` [D] and, or not, `bias` [D]; attribute
 * `factor`, a number; output [n, D]; all float32. Its gradient is registered here, for all backends.
 */
export const structuredFeaturesKernel = 'StructuredFeatures';

/**
 * Products with frequencies that no matrix holds: `lengths` times H·signs₃·H·signs₂·H·signs₁·x for each
 * block of signs, H the Walsh–Hadamard transform of x padded with zeros to p numbers. With a bias,
 * factor · cos(those + bias). Differentiable in all but the factor.
 *
 * @param x [n, d] @param signs [rounds, blocks, p], p a power of 2, d or above.
 * @param lengths [D], D up to blocks × p. @param bias [D]. @returns [n, D]
 */
export function structuredFeatures(
  x: tf.Tensor2D,
  signs: tf.Tensor3D,
  lengths: tf.Tensor1D,
  bias?: tf.Tensor1D,
  factor = 1,
): tf.Tensor2D {
  if (tf.getKernel(structuredFeaturesKernel, tf.getBackend()) !== undefined) {
    const inputs = { x, signs, lengths, ...(bias && { bias }) };
    return tf.engine().runKernel(structuredFeaturesKernel, inputs, { factor }) as tf.Tensor2D;
  }
  return composed(x, signs, lengths, bias, factor);
}

function composed(
  x: tf.Tensor2D,
  signs: tf.Tensor3D,
  lengths: tf.Tensor1D,
  bias: tf.Tensor1D | undefined,
  factor: number,
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
    const angles = tf.mul(all, lengths) as tf.Tensor2D;
    return bias ? tf.mul(tf.cos(tf.add(angles, bias)), factor) : angles;
  });
}

tf.registerGradient({
  kernelName: structuredFeaturesKernel,
  inputsToSave: ['x', 'signs', 'lengths', 'bias'],
  gradFunc: (dy, saved, attributes) => {
    const { factor } = attributes as unknown as { factor: number };
    const [x, signs, lengths, bias] = saved as [
      tf.Tensor2D,
      tf.Tensor3D,
      tf.Tensor1D,
      tf.Tensor1D | undefined,
    ];
    // In each input by itself, as in the composed form.
    const by = (f: (at: tf.Tensor) => tf.Tensor, at: tf.Tensor) => () =>
      tf.grad(f)(at, dy as tf.Tensor);
    return {
      x: by((at) => composed(at as tf.Tensor2D, signs, lengths, bias, factor), x),
      signs: by((at) => composed(x, at as tf.Tensor3D, lengths, bias, factor), signs),
      lengths: by((at) => composed(x, signs, at as tf.Tensor1D, bias, factor), lengths),
      ...(bias && {
        bias: by((at) => composed(x, signs, lengths, at as tf.Tensor1D, factor), bias),
      }),
    };
  },
});
