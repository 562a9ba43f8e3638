import * as tf from '@tensorflow/tfjs-core';
import type { Draw, Frequencies } from './draw.ts';
import { blocksFor, structuredLengths, structuredRefusal } from './structured-draw.ts';
import { walshHadamard } from './walsh-hadamard.ts';

/**
 * Fastfood's frequencies: S·H·G·Π·H·B replaces a matrix, for the input padded with zeros to p
 * numbers, a power of 2. B are random signs, Π a random order, G gaussian numbers, H a
 * Walsh–Hadamard transform, and S lengths that follow the kernel. It takes O(D log d) work per row
 * and O(D) memory. Weights: `signs`, `order` and `gains` [blocks · p], where the squares of a
 * block's gains sum to 1, and `lengths` [D].
 *
 * Each frequency by itself has the kernel's distribution, so the estimate is unbiased. But the p
 * frequencies of a block share their gaussian numbers, which makes the error larger than with
 * `structured`, whose frequencies are orthogonal. It takes the same kernels as `structured`.
 *
 * Le, Sarlós & Smola, "Fastfood: Approximating Kernel Expansions in Loglinear Time", ICML 2013.
 */
export const fastfoodDraw: Draw = Object.freeze<Draw>({
  name: 'fastfood',
  refusal: structuredRefusal,
  draw(kernel, random, [inputDim, outputDim]): Frequencies {
    const { blocks, length } = blocksFor(inputDim, outputDim);
    const shape = [blocks * length];
    const ofBlocks = (one: (block: number) => ArrayLike<number>) =>
      Float32Array.from(
        Array.from({ length: blocks }, (_, block) => Array.from(one(block))).flat(),
      );
    return {
      weights: [
        {
          name: 'signs',
          shape,
          values() {
            const { integer } = random.stream('signs');
            return ofBlocks(() => Int8Array.from({ length }, () => 2 * integer(2) - 1));
          },
        },
        {
          name: 'order',
          shape,
          values() {
            const { permutation } = random.stream('order');
            return ofBlocks((block) => permutation(length).map((at) => block * length + at));
          },
        },
        {
          name: 'gains',
          shape,
          values() {
            const { normal } = random.stream('gains');
            return ofBlocks(() => {
              const numbers = Float64Array.from({ length }, normal);
              const norm = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
              return numbers.map((value) => value / norm);
            });
          },
        },
        {
          name: 'lengths',
          shape: [outputDim],
          values: () => structuredLengths(kernel, random, [inputDim, outputDim], Math.sqrt(length)),
        },
      ],
      project: (rows, [signs, order, gains, lengths]) =>
        fastfoodProducts(rows, length, { signs, order, gains, lengths }),
    };
  },
});

/** x·W: `lengths` times H·G·Π·H·B·x for each block. */
function fastfoodProducts(
  x: tf.Tensor2D,
  length: number,
  { signs, order, gains, lengths }: Record<'signs' | 'order' | 'gains' | 'lengths', tf.Tensor>,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [n, inputDim] = x.shape;
    const blocks = signs.size / length;
    const padding: [number, number][] = [
      [0, 0],
      [0, length - inputDim],
    ];
    const transformed = (rows: tf.Tensor) =>
      tf.reshape(walshHadamard(tf.reshape(rows, [n * blocks, length])), [n, blocks * length]);
    const padded = tf.reshape(tf.pad(x, padding), [n, 1, length]);
    const once = transformed(tf.mul(padded, tf.reshape(signs, [blocks, length])));
    const mixed = tf.mul(inOrder(once, tf.cast(order, 'int32')), gains);
    return tf.mul(tf.slice(transformed(mixed), [0, 0], [n, lengths.size]), lengths);
  });
}

/**
 * The columns of x in this order. It is a permutation, so its gradient is a permutation too, not a
 * sum.
 */
function inOrder(x: tf.Tensor, order: tf.Tensor): tf.Tensor {
  const gather = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([order]);
    return {
      // Rows are copied whole, columns number by number: this is three times as fast on simd.
      value: tf.transpose(tf.gather(tf.transpose(x as tf.Tensor), order as tf.Tensor1D)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => inOrder(dy, inverse(saved[0])),
    };
  });
  return gather(x);
}

const inverse = (order: tf.Tensor): tf.Tensor =>
  tf.scatterND(tf.reshape(order, [-1, 1]), tf.range(0, order.size, 1, 'int32'), [order.size]);
