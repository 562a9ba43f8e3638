import '@tensorflow/tfjs-backend-cpu';
import { randomFourierFeatures } from '@kernel-methods/features';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import {
  assemble,
  copyNetwork,
  drawnHead,
  mapOf,
  readHead,
  rowShapeOf,
  unitsOf,
  writeHead,
} from './network.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const maps = () => [
  tfl.layers.dense({ units: 3, kernelInitializer: 'ones', trainable: false }),
  randomFourierFeatures({ outputDim: 4, scale: 1 }),
];

it('is input, maps and a head of zeros, and is freed as a whole', () =>
  expectNoLeak(async () => {
    const network = assemble(maps(), [2], 3);
    expect([rowShapeOf(network), unitsOf(network)]).toEqual([[2], 3]);
    expect(mapOf(network)).toMatchObject({ width: 4, isTrainable: false });
    expect(await readHead(network)).toEqual({
      weights: new Float32Array(12),
      bias: new Float32Array(3),
    });
    network.dispose();
  }));

it('frees maps that no network can be made of', async () => {
  const deep = () => assemble([tfl.layers.conv2d({ filters: 1, kernelSize: 1 })], [2, 2, 1], 1);
  await expect(expectNoLeak(deep)).rejects.toThrow('`features` must map a row to a vector.');
  const twice = () => assemble([tfl.layers.dense({ units: 2, name: 'head' })], [2], 1);
  await expect(expectNoLeak(twice)).rejects.toThrow('unique');
});

it('computes W·φ(x) + b with the head that is written, a unit side by side', () =>
  expectNoLeak(async () => {
    const network = assemble(maps(), [2], 2);
    const head = {
      weights: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      bias: Float32Array.of(0.5, -0.5),
    };
    writeHead(network, head);
    expect(await readHead(network)).toEqual(head);
    tf.tidy(() => {
      const rows = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      const z = mapOf(network).apply(rows).dataSync();
      const scores = (network.predict(rows) as tf.Tensor).dataSync();
      for (const row of [0, 1]) {
        for (const unit of [0, 1]) {
          let sum = head.bias[unit];
          for (let c = 0; c < 4; c++) sum += head.weights[4 * unit + c] * z[4 * row + c];
          expect(scores[2 * row + unit]).toBeCloseTo(sum, 4);
        }
      }
    });
    network.dispose();
  }));

it('is copied with its weights, or with another head', () =>
  expectNoLeak(() => {
    const network = assemble(maps(), [2], 2);
    writeHead(network, drawnHead(4, Float32Array.of(1, 2), 3));
    const numbers = (model: tfl.LayersModel) =>
      model.getWeights().map((weight) => Array.from(weight.dataSync()));
    const copy = copyNetwork(network);
    expect(numbers(copy)).toEqual(numbers(network));
    expect(mapOf(copy).isTrainable).toBe(false);
    const wide = copyNetwork(network, 5);
    expect(unitsOf(wide)).toBe(5);
    expect(mapOf(wide).layers.map((layer) => layer.getWeights()[0].dataSync())).toEqual(
      mapOf(network).layers.map((layer) => layer.getWeights()[0].dataSync()),
    );
    network.dispose();
    expect(numbers(copy)).toHaveLength(numbers(wide).length);
    for (const one of [copy, wide]) one.dispose();
  }));

it('draws a head within glorot-uniform bounds, the same from a seed', () => {
  const bias = Float32Array.of(1, 2, 3);
  const { weights, bias: start } = drawnHead(500, bias, 7);
  const limit = Math.sqrt(6 / 503);
  expect(start).toEqual(bias);
  expect(start).not.toBe(bias);
  expect(weights.every((weight) => Math.abs(weight) <= limit)).toBe(true);
  // Uniform: the mean square is limit²/3, to 4 standard errors.
  const square = weights.reduce((sum, weight) => sum + weight * weight, 0) / 1500;
  const error = (4 * (limit ** 2 * Math.sqrt(4 / 45))) / Math.sqrt(1500);
  expect(Math.abs(square - limit ** 2 / 3)).toBeLessThan(error);
  expect(drawnHead(500, bias, 7).weights).toEqual(weights);
  expect(drawnHead(500, bias, 8).weights).not.toEqual(weights);
});
