import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it, vi } from 'vitest';
import { seedNoise } from './seed-noise.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const layers: [string, () => tfl.layers.Layer][] = [
  ['dropout', () => tfl.layers.dropout({ rate: 0.3 })],
  ['Gaussian noise', () => tfl.layers.gaussianNoise({ stddev: 0.7 })],
  ['Gaussian dropout', () => tfl.layers.gaussianDropout({ rate: 0.3 })],
  ['alpha dropout', () => tfl.layers.alphaDropout({ rate: 0.3 })],
  ['alpha dropout of rate 0', () => tfl.layers.alphaDropout({ rate: 0 })],
];
const modelOf = (layer: tfl.layers.Layer) => {
  const input = tfl.input({ shape: [6] });
  return tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
};
const outputs = (model: tfl.LayersModel, training: boolean) =>
  tf.tidy(() =>
    Array.from(
      (
        model.apply(tf.reshape(tf.linspace(-2, 2, 24), [4, 6]), { training }) as tf.Tensor
      ).dataSync(),
    ),
  );

it.each(layers)('%s computes what tfjs computes from the same draw', (_, make) => {
  const first =
    1 +
    createRandom(5)
      .stream('dropout 1')
      .integer(2 ** 31 - 1);
  // tfjs takes its seed from Math.random where it has none; it is its generator's own text.
  vi.spyOn(Math, 'random').mockReturnValue(first);
  const plain = outputs(modelOf(make()), true);
  const model = modelOf(make());
  seedNoise(model, 5);
  vi.spyOn(Math, 'random').mockReturnValue(0.25);
  expect(outputs(model, true)).toEqual(plain);
});

it.each(layers)('%s draws anew in every step, and nothing but in training', (name, make) => {
  const model = modelOf(make());
  seedNoise(model, 5);
  const isNoisy = !name.endsWith(' 0');
  const [first, second] = [outputs(model, true), outputs(model, true)];
  if (isNoisy) expect(second).not.toEqual(first);
  else expect(second).toEqual(first);
  const rows = tf.tidy(() => Array.from(tf.linspace(-2, 2, 24).dataSync()));
  expect(outputs(model, false)).toEqual(rows);
});
