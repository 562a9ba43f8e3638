import * as tf from '@tensorflow/tfjs-core';
import { type Lab, numbers } from '../../../simd/bench/lab.ts';
import type { Row } from '../../../simd/bench/row.ts';
import { engines } from '../engines.ts';

type Shape = [number, number, number, number];
const size = (shape: Shape) => shape.reduce((a, b) => a * b);

/** Images (NHWC) and filters (HWIO) of two layers of a small network. */
const layers: [name: string, images: Shape, filters: Shape][] = [
  ['32×28×28×1 * 5×5×1×32', [32, 28, 28, 1], [5, 5, 1, 32]],
  ['32×14×14×32 * 3×3×32×64', [32, 14, 14, 32], [3, 3, 32, 64]],
];

const forward = (backend: string, images: Shape, filters: Shape) => ({
  prepare: (lab: Lab) =>
    lab.tfjs(backend, () => {
      const [x, w] = tensors(images, filters);
      return () => {
        tf.conv2d(x, w, 1, 'same');
      };
    }),
});

/** The forward pass and the gradients of the images and the filters, as in a step of training. */
const training = (backend: string, images: Shape, filters: Shape) => ({
  prepare: (lab: Lab) =>
    lab.tfjs(backend, () => {
      const [x, w] = tensors(images, filters);
      const loss = (a: tf.Tensor, b: tf.Tensor) =>
        tf.sum(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'));
      const gradients = tf.grads(loss as Parameters<typeof tf.grads>[0]);
      return () => {
        gradients([x, w]);
      };
    }),
});

function tensors(images: Shape, filters: Shape): [tf.Tensor4D, tf.Tensor4D] {
  return [tf.tensor4d(numbers(size(images)), images), tf.tensor4d(numbers(size(filters)), filters)];
}

export const rows: Row[] = layers.flatMap(([name, images, filters]): Row[] => [
  {
    name: `convolution ${name}, forward`,
    contestants: {
      'tfjs simd': forward(engines.wasm, images, filters),
      'tfjs simd, native': forward(engines.native, images, filters),
      'tfjs wasm': forward('wasm', images, filters),
      'tfjs cpu': forward('cpu', images, filters),
    },
    bars: [
      { of: 'tfjs simd', against: 'tfjs wasm', atLeast: 1 },
      { of: 'tfjs simd', against: 'tfjs cpu', atLeast: 20 },
      { of: 'tfjs simd, native', against: 'tfjs simd', atLeast: 3 },
    ],
  },
  {
    name: `convolution ${name}, forward and both gradients`,
    contestants: {
      'tfjs simd': training(engines.wasm, images, filters),
      'tfjs simd, native': training(engines.native, images, filters),
      'tfjs cpu': training('cpu', images, filters),
    },
    bars: [
      { of: 'tfjs simd', against: 'tfjs cpu', atLeast: 20 },
      { of: 'tfjs simd, native', against: 'tfjs simd', atLeast: 3 },
    ],
  },
]);
