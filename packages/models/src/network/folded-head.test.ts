import { nystroem, randomFourierFeatures, standardize } from '@kernel-methods/features';
import { expectNoLeak, maxAbsDifference, pointsFor } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { foldedScores } from './folded-head.ts';
import { assemble, layersOf, writeHead } from './network.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const [rows, width, features] = [60, 3, 40];
const points = () => tf.tensor2d(pointsFor(rows, width, 1), [rows, width]);
const headOf = (units: number, seed: number) => ({
  weights: Float32Array.from(pointsFor(features * units, 1, seed), (value) => 10 * value),
  bias: Float32Array.from({ length: units }, (_, unit) => unit + 1),
});

async function landmarkNetwork(units: number): Promise<tfl.LayersModel> {
  const x = points();
  const [first, map] = [standardize(), nystroem({ outputDim: features, seed: 3 })];
  await first.fit(x);
  const standard = first.apply(x) as tf.Tensor;
  await map.fit(standard);
  tf.dispose([x, standard]);
  const network = assemble([first, map], [width], units);
  writeHead(network, headOf(units, 2));
  return network;
}

async function scoresOf(network: tfl.LayersModel): Promise<Float32Array> {
  const apply = await foldedScores(network);
  return tf.tidy(() => apply(points()).dataSync<'float32'>());
}

const oneByOne = (network: tfl.LayersModel) =>
  tf.tidy(() => (network.predict(points()) as tf.Tensor).dataSync<'float32'>());

/** The products of the last two layers in float64, from K(x, M). */
function oracle(network: tfl.LayersModel): Float64Array {
  const { maps, head } = layersOf(network);
  const [first, map] = maps as [tfl.layers.Layer, ReturnType<typeof nystroem>];
  const [landmarks, projection] = map.getWeights();
  const kernel = tf.tidy(() =>
    map.kernel.evaluate(first.apply(points()) as tf.Tensor2D, landmarks as tf.Tensor2D).dataSync(),
  );
  const [p, w, bias] = [projection, ...head.getWeights()].map((one) => one.dataSync());
  const units = bias.length;
  return Float64Array.from({ length: rows * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    let sum = bias[unit];
    for (let i = 0; i < features; i++) {
      let feature = 0;
      for (let j = 0; j < features; j++) {
        feature += kernel[row * features + j] * p[j * features + i];
      }
      sum += feature * w[i * units + unit];
    }
    return sum;
  });
}

describe('foldedScores', () => {
  it.each([1, 5])(
    'are as near to the exact ones as those of the layers: %d outputs',
    async (units) => {
      const network = await landmarkNetwork(units);
      const exact = oracle(network);
      const [folded, layers] = [await scoresOf(network), oneByOne(network)];
      expect(maxAbsDifference(folded, exact)).toBeLessThan(
        2 * maxAbsDifference(layers, exact) + 1e-6 * Math.max(...exact.map(Math.abs)),
      );
      expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(10);
      network.dispose();
    },
  );

  it('go by a head that is written after the first call, and leave nothing behind', async () => {
    const network = await landmarkNetwork(2);
    await expectNoLeak(async () => {
      const before = await scoresOf(network);
      writeHead(network, headOf(2, 7));
      const after = await scoresOf(network);
      expect(maxAbsDifference(after, oneByOne(network))).toBeLessThan(1e-3);
      expect(maxAbsDifference(after, before)).toBeGreaterThan(1);
    });
    network.dispose();
  });

  it('are those of the layers, bit for bit, after other maps', async () => {
    const network = assemble([randomFourierFeatures({ outputDim: features })], [width], 2);
    writeHead(network, headOf(2, 2));
    expect(await scoresOf(network)).toEqual(oneByOne(network));
    network.dispose();
  });
});
