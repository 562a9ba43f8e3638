import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The name of the tfjs kernel for a fast transform, on the backends that have it.
 *
 * Input `x` [n, p], float32, p a power of 2; output [n, p]: each row's transform. Its gradient is
 * registered here, for all backends.
 */
export const walshHadamardOp = 'WalshHadamard';

/**
 * The Walsh–Hadamard transform of each row, x·H, where H[i][j] is 1 or −1 by the parity of the bits
 * that i and j share. It is not normalized: applied twice it gives p times x.
 *
 * It takes p·log₂ p additions per row if the current backend has the `WalshHadamard` kernel,
 * otherwise a few products with small matrices. Differentiable.
 *
 * @param x [n, p], float32, p a power of 2. @returns [n, p]
 * @throws RangeError if p is not a power of 2.
 *
 * @example
 * walshHadamard(tf.tensor2d([[1, 0, 0, 0]])).print(); // [[1, 1, 1, 1]]
 */
export function walshHadamard(x: tf.Tensor2D): tf.Tensor2D {
  const length = x.shape[1];
  if (!(length >= 1 && 2 ** Math.round(Math.log2(length)) === length)) {
    throw new RangeError(
      `\`x\` must have rows whose length is a power of 2. Received shape: ${check.shown(x.shape)}.`,
    );
  }
  if (tf.getKernel(walshHadamardOp, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(walshHadamardOp, { x }) as tf.Tensor2D;
  }
  return tf.tidy(() => byFactors(x));
}

// A transform of 2ᵃ·2ᵇ numbers is one of 2ᵃ along one axis and one of 2ᵇ along the other.
const LARGEST = 64;

/**
 * Transforms the last axis and moves it to the front, factor by factor, until all axes are back in
 * place.
 */
function byFactors(x: tf.Tensor2D): tf.Tensor2D {
  const [rows, length] = x.shape;
  let result: tf.Tensor = x;
  for (const factor of factorsOf(length)) {
    const product = tf.matMul(tf.reshape(result, [-1, factor]), hadamardMatrix(factor));
    result = tf.transpose(tf.reshape(product, [rows, length / factor, factor]), [0, 2, 1]);
  }
  return tf.reshape(result, [rows, length]);
}

function factorsOf(length: number): number[] {
  const factors: number[] = [];
  for (let rest = length; rest > 1; rest /= factors.at(-1)!) factors.push(Math.min(rest, LARGEST));
  return factors.length > 0 ? factors : [1];
}

function hadamardMatrix(size: number): tf.Tensor2D {
  const matrix = new Float32Array(size * size).fill(1);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let shared = i & j; shared > 0; shared &= shared - 1) matrix[i * size + j] *= -1;
    }
  }
  return tf.tensor2d(matrix, [size, size]);
}

tf.registerGradient({
  kernelName: walshHadamardOp,
  // H is its own transpose.
  gradFunc: (dy) => ({ x: () => walshHadamard(dy as tf.Tensor2D) }),
});
