import { describeFeatureMap, maxAbsDifference, pointsFor } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { compose } from './compose.ts';
import { concatenate } from './concatenate.ts';
import { isFittable } from './fitted-map.ts';
import { nystroemOracle, times } from './fixtures/nystroem-oracle.ts';
import { identity } from './identity.ts';
import { nystroem } from './nystroem.ts';
import { pca, whiten } from './pca.ts';
import { randomFourierFeatures } from './random-fourier-features.ts';
import { standardize } from './standardize.ts';

describeFeatureMap('identity', {
  create: ({ seed, ...config }) => identity(config),
  inputDim: 5,
  outputDim: 5,
  oracle: (_, row) => row,
  hasSeed: false,
  hasTrainableWeight: false,
});

const standardizeOracle = ([mean, deviation]: Float64Array[], row: Float64Array) =>
  row.map((value, i) => (value - mean[i]) / deviation[i]);

describeFeatureMap('standardize', {
  create: ({ seed, ...config }) => standardize(config),
  inputDim: 5,
  outputDim: 5,
  oracle: standardizeOracle,
  hasSeed: false,
  hasTrainableWeight: false,
});

for (const whiten of [false, true]) {
  describeFeatureMap(`pca, whiten ${whiten}`, {
    create: ({ seed, ...config }) => pca({ ...config, outputDim: 3, whiten }),
    inputDim: 5,
    outputDim: 3,
    oracle: ([mean, components], row) =>
      times(
        row.map((value, i) => value - mean[i]),
        components,
        3,
      ),
    hasSeed: false,
    hasTrainableWeight: false,
    rowTolerance: 2e-6,
  });
}

describeFeatureMap('compose of standardize and nystroem', {
  create: ({ seed, ...config }) =>
    compose([standardize(), nystroem({ outputDim: 12, seed })], config),
  inputDim: 4,
  outputDim: 12,
  oracle: ([mean, deviation, ...others], row) =>
    nystroemOracle(others, standardizeOracle([mean, deviation], row)),
  tolerance: 2e-3,
  gradientTolerance: 2e-3,
  rowTolerance: 1e-4,
  hasTrainableWeight: false,
});

describeFeatureMap('concatenate of identity, a fitted map and one with a trained scale', {
  create: ({ seed, trainable, ...config }) =>
    concatenate(
      [identity(), standardize(), randomFourierFeatures({ outputDim: 6, seed, trainable })],
      config,
    ),
  inputDim: 4,
  outputDim: 14,
  oracle(weights, row) {
    const [bias] = weights.filter((weight) => weight.length === 6);
    const [kernel] = weights.filter((weight) => weight.length === 24);
    const [scale] = weights.filter((weight) => weight.length === 1);
    const others = weights.filter((weight) => weight.length === 4);
    const angles = times(row, kernel, 6);
    return Float64Array.of(
      ...row,
      ...standardizeOracle(others, row),
      ...bias.map((phase, j) => Math.cos(angles[j] / scale[0] + phase)),
    );
  },
  gradientTolerance: 1e-3,
  fitIsRandom: false,
});

describe('standardize and pca', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  it('give columns of mean 0 and deviation 1, and 0 for a constant one, however large', async () => {
    const x = tf.tensor2d([
      [1, 1e6 + 0.5],
      [2, 1e6 + 0.5],
      [6, 1e6 + 0.5],
    ]);
    const map = standardize();
    await map.fit(x);
    const z = tf.tidy(() => (map.apply(x) as tf.Tensor2D).arraySync());
    expect(z.map((row) => row[1])).toEqual([0, 0, 0]);
    const root = Math.sqrt(14 / 3);
    expect(
      maxAbsDifference(
        z.map((row) => row[0]),
        [-2 / root, -1 / root, 3 / root],
      ),
    ).toBeLessThan(1e-6);
    map.dispose();
    x.dispose();
  });

  it('whiten makes components of variance 1 that are not correlated', async () => {
    const [n, d] = [500, 4];
    const x = tf.tidy(() => {
      const mix = tf.tensor2d(pointsFor(d, d, 9), [d, d]);
      return tf.add(tf.matMul(tf.tensor2d(pointsFor(n, d, 4), [n, d]), mix), 3);
    });
    const map = whiten();
    await map.fit(x);
    const covariance = tf.tidy(() => {
      const z = map.apply(x) as tf.Tensor2D;
      return tf.div(tf.matMul(tf.transpose(z), z), n - 1).dataSync();
    });
    const unit = Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));
    expect(maxAbsDifference(covariance, unit)).toBeLessThan(1e-4);
    map.dispose();
    x.dispose();
  });

  it('whiten gives 0 where rows do not vary', async () => {
    const x = tf.tidy(() =>
      tf.concat([tf.tensor2d(pointsFor(50, 2, 1), [50, 2]), tf.ones([50, 2])], 1),
    );
    const map = whiten();
    await map.fit(x);
    const z = tf.tidy(() => (map.apply(x) as tf.Tensor2D).arraySync());
    expect(z.every((row) => row[2] === 0 && row[3] === 0)).toBe(true);
    expect(() => pca({ outputDim: 3 }).computeOutputShape([null, 2])).toThrow('at most the input');
    map.dispose();
    x.dispose();
  });
});

describe('compose and concatenate', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  it('take two maps of one kind, save them, and tell what fits', async () => {
    const make = () =>
      compose([
        standardize(),
        concatenate([nystroem({ outputDim: 3 }), whiten({ outputDim: 2 })]),
        standardize(),
      ]);
    const map = make();
    expect(map.isFitted).toBe(false);
    expect(map.fitRows).toBeUndefined();
    expect(compose([nystroem({ outputDim: 3 }), nystroem({ outputDim: 5 })]).fitRows).toBe(5);
    const x = tf.tensor2d(pointsFor(20, 4, 1), [20, 4]);
    await map.fit(x);
    expect(map.isFitted).toBe(true);
    const model = sequential({ layers: [layers.inputLayer({ inputShape: [4] }), map] });
    const names = model.weights.map((weight) => weight.originalName);
    expect(new Set(names).size).toBe(8);
    const z = tf.tidy(() => (map.apply(x) as tf.Tensor2D).arraySync());
    for (let j = 0; j < 5; j++) {
      expect(Math.abs(z.reduce((sum, row) => sum + row[j], 0))).toBeLessThan(1e-4);
    }
    model.dispose();
    map.dispose();
    x.dispose();
  });

  it('are usable at once where no map is to be fitted', () => {
    const map = compose([identity(), layers.dense({ units: 2, kernelInitializer: 'ones' })]);
    expect(map.isFitted).toBe(true);
    expect(isFittable(map)).toBe(true);
    const x = tf.ones([1, 3]);
    expect(tf.tidy(() => (map.apply(x) as tf.Tensor).arraySync())).toEqual([[3, 3]]);
    map.dispose();
    x.dispose();
  });

  it('name what is wrong', () => {
    expect(() => compose([])).toThrow('`maps` must be a list of one layer or more. Received: [].');
    expect(() => compose([3 as never])).toThrow('`maps[0]` must be a tfjs layer. Received: 3.');
    const twice = standardize();
    expect(() => concatenate([twice, twice])).toThrow('`maps` must have names that differ');
    const flat = concatenate([identity(), layers.flatten()]);
    expect(() => flat.computeOutputShape([null, 2, 3])).toThrow('`maps` must give features of the');
  });
});
