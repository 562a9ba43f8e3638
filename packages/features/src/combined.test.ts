import { describeKernel } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  deserializeKernel,
  gaussian,
  isShiftInvariantKernel,
  laplacian,
  matern,
  productKernel,
  type ShiftInvariantKernel,
  scaledKernel,
  serializeKernel,
  softmaxKernel,
  sumKernel,
} from './index.ts';

type Pair = (x: ArrayLike<number>, y: ArrayLike<number>) => number;
const gauss: Pair = (x, y) => {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] - y[i]) ** 2;
  return Math.exp(-squares / (2 * 1.2 ** 2));
};
const laplace: Pair = (x, y) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
  return Math.exp(-sum / 5);
};
const parts = () => [gaussian({ scale: 1.2 }), laplacian({ scale: 5 })];

const cases: [string, () => ShiftInvariantKernel, Pair][] = [
  ['sum', () => sumKernel(parts()), (x, y) => gauss(x, y) + laplace(x, y)],
  [
    'sum with weights',
    () => sumKernel(parts(), [0.3, 2]),
    (x, y) => 0.3 * gauss(x, y) + 2 * laplace(x, y),
  ],
  ['product', () => productKernel(parts()), (x, y) => gauss(x, y) * laplace(x, y)],
  ['scaled', () => scaledKernel(gaussian({ scale: 1.2 }), 2.5), (x, y) => 2.5 * gauss(x, y)],
  [
    'a sum of products',
    () => sumKernel([scaledKernel(productKernel(parts()), 2), gaussian({ scale: 1.2 })], [1, 0.5]),
    (x, y) => 2 * gauss(x, y) * laplace(x, y) + 0.5 * gauss(x, y),
  ],
];

for (const [name, create, oracle] of cases) {
  describeKernel(name, {
    create,
    oracle,
    save: (kernel) => JSON.stringify(serializeKernel(kernel)),
    revive: (saved) => deserializeKernel(JSON.parse(saved)) as ShiftInvariantKernel,
    tileShapes: [[200, 300, 20]],
    tolerance: 5e-6,
  });
}

describeKernel('softmaxKernel', {
  create: () => softmaxKernel({ scale: 1.5 }),
  oracle(x, y) {
    let product = 0;
    for (let i = 0; i < x.length; i++) product += x[i] * y[i];
    return Math.exp(product / 1.5 ** 2);
  },
  save: (kernel) => JSON.stringify(serializeKernel(kernel)),
  revive: (saved) => deserializeKernel(JSON.parse(saved)),
  offsets: [0],
  tileShapes: [[1100, 1000, 2]],
  tolerance: 1e-4, // of numbers up to 100
});

it('says K(x, x), and keeps the scale of a multiple', () => {
  expect(sumKernel(parts(), [0.5, 3]).diagonal).toBe(3.5);
  expect(productKernel([scaledKernel(gaussian(), 3), scaledKernel(gaussian(), 0.5)]).diagonal).toBe(
    1.5,
  );
  const multiple = scaledKernel(gaussian({ scale: 4 }), 3);
  expect([multiple.diagonal, multiple.scale, multiple.defaultScale(8)]).toEqual([3, 4, 2]);
  expect(sumKernel(parts()).defaultScale(8)).toBe(1);
});

it('takes the scale that a part has not been given from the width', () => {
  const x = tf.tensor2d([[1, 2, 0, 1]]);
  const values = tf.tidy(() =>
    [sumKernel([gaussian()]), gaussian()].map((k) => k.evaluate(x, tf.zerosLike(x)).dataSync()[0]),
  );
  expect(values[0]).toBe(values[1]);
  x.dispose();
});

it('is shift-invariant only where all parts are', () => {
  for (const kernel of [
    sumKernel([softmaxKernel(), gaussian()]),
    productKernel([gaussian(), softmaxKernel()]),
    scaledKernel(softmaxKernel(), 2),
  ]) {
    expect(isShiftInvariantKernel(kernel)).toBe(false);
    expect(deserializeKernel(serializeKernel(kernel)).getConfig()).toEqual(kernel.getConfig());
  }
});

it('keeps to one law of frequencies where the parts have one, and has none where one lacks it', () => {
  const kind = (kernel: ShiftInvariantKernel) => {
    const { spectrum } = kernel;
    return spectrum?.kind === 'gaussianMixture' ? spectrum.isotropic : spectrum?.kind;
  };
  expect(kind(sumKernel([gaussian(), matern()]))).toBe(true);
  expect(kind(productKernel([gaussian({ scale: [1, 2] }), matern()]))).toBe(false);
  expect(kind(productKernel([gaussian(), laplacian()]))).toBe('coordinates');
  const own = { ...gaussian(), spectrum: undefined };
  expect(kind(sumKernel([own, gaussian()]))).toBeUndefined();
});

it.each([
  [() => sumKernel([]), '`kernels` must be a list of kernels. Received: [].'],
  [
    () => productKernel('gaussian' as never),
    "`kernels` must be a list of kernels. Received: 'gaussian'.",
  ],
  [() => sumKernel([gaussian(), 3 as never]), '`kernels[1]` must be a kernel object. Received: 3.'],
  [() => sumKernel(parts(), [1]), '`weights` must be one number per kernel, 2. Received: [1].'],
  [() => sumKernel(parts(), [1, 0]), '`weights[1]` must be a positive finite number. Received: 0.'],
  [() => scaledKernel(gaussian(), -1), '`factor` must be a positive finite number. Received: -1.'],
  [() => scaledKernel(null as never, 1), '`kernel` must be a kernel object. Received: null.'],
])('refuses what does not fit: %s', (make, message) => {
  expect(make).toThrow(message);
});
