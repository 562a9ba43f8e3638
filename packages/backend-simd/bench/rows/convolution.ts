import * as tf from '@tensorflow/tfjs-core';
import { engines, forEngines } from '../../../simd/bench/engines.ts';
import { type Lab, numbers } from '../../../simd/bench/lab.ts';
import type { Row } from '../../../simd/bench/row.ts';
import { backends } from '../backends.ts';

type Shape = [number, number, number, number];
const size = (shape: Shape) => shape.reduce((a, b) => a * b);

/**
 * Images (NHWC) and filters (HWIO) of two layers of a small network, and how many times as fast as tfjs wasm forward, and
 * as tfjs cpu with gradients, WebAssembly stays: seven tenths of what it reached.
 */
const layers: [name: string, images: Shape, filters: Shape, wasm: number, cpu: number][] = [
  ['32×28×28×1 * 5×5×1×32', [32, 28, 28, 1], [5, 5, 1, 32], 1.4, 260],
  ['32×14×14×32 * 3×3×32×64', [32, 14, 14, 32], [3, 3, 32, 64], 1.8, 800],
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

export const rows: Row[] = layers.flatMap(([name, images, filters, wasm, cpu]): Row[] => [
  {
    name: `convolution ${name}, forward`,
    contestants: {
      ...forEngines((engine) => forward(backends[engine], images, filters)),
      'tfjs wasm': forward('wasm', images, filters),
      'tfjs cpu': forward('cpu', images, filters),
    },
    bars: [
      { of: engines.wasm, against: 'tfjs wasm', atLeast: wasm },
      { of: engines.wasm, against: 'tfjs cpu', atLeast: 20 },
      { of: engines.native, against: engines.wasm, atLeast: 3 },
    ],
  },
  {
    name: `convolution ${name}, forward and both gradients`,
    contestants: {
      ...forEngines((engine) => training(backends[engine], images, filters)),
      'tfjs cpu': training('cpu', images, filters),
    },
    bars: [
      { of: engines.wasm, against: 'tfjs cpu', atLeast: cpu },
      { of: engines.native, against: engines.wasm, atLeast: 3 },
    ],
  },
]);
