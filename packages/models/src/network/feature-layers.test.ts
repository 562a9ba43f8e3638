import '@tensorflow/tfjs-backend-cpu';
import {
  convolutionalFeatures,
  gaussian,
  laplacian,
  nystroem,
  randomFourierFeatures,
  standardize,
} from '@kernel-methods/features';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { medianDistance } from '../data/median-distance.ts';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import { KernelModel, type KernelModelOptions, KernelRidge, KernelSVM } from '../index.ts';
import type { FeatureStep } from './feature-spec.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(36);
const quick = { outputDim: 12, epochs: 2, batchSize: 12 };
const images = {
  data: Float32Array.from({ length: 20 * 36 }, (_, i) => ((i * 7919) % 101) / 101),
  shape: [20, 6, 6, 1],
};
const imageLabels = Array.from({ length: 20 }, (_, i) => i % 2);

/** The maps' weights after a fit. */
async function mapsOf(options: KernelModelOptions, rows: unknown = x, y = labels) {
  const model = new KernelModel(options);
  try {
    await model.fit(rows as number[][], y);
    const copy = model.toLayersModel();
    const maps = copy.layers.slice(1, -1).map((layer) => ({
      name: layer.getClassName(),
      config: layer.getConfig() as { scale: number; outputDim: number },
      weights: layer.getWeights().map((weight) => Array.from(weight.dataSync())),
    }));
    copy.dispose();
    return maps;
  } finally {
    model.dispose();
  }
}

describe('kernels', () => {
  it('get the median scale in their norm, their own, or the one that is given', async () => {
    const values = Float32Array.from(x.flat());
    for (const [features, expected] of [
      ['gaussian', medianDistance(values, 36, 2)],
      ['laplacian', medianDistance(values, 36, 1)],
      [gaussian(), medianDistance(values, 36, 2)],
      [laplacian({ scale: 3 }), 3],
    ] as const) {
      const [{ config }] = await mapsOf({ ...quick, features });
      expect(config.scale).toBeCloseTo(expected, 6);
      if (expected === 3) continue;
      const [given] = await mapsOf({ ...quick, features, scale: 0.25 });
      expect(given.config.scale).toBe(0.25);
    }
  });

  it('compose: the second measures what the first gives, with frequencies of its own', async () => {
    const features = ['gaussian', 'gaussian', gaussian({ scale: 2 })] as const;
    const [first, second, third] = await mapsOf({ ...quick, features });
    expect([second.config.outputDim, third.config.outputDim]).toEqual([12, 12]);
    expect(second.config.scale).not.toBeCloseTo(first.config.scale, 3);
    expect(third.config.scale).toBe(2);
    // Both are 12 × 12, but not the same.
    const [a, b] = [second.weights, third.weights].map((w) => w.find((v) => v.length === 144));
    expect(maxAbsDifference(a as number[], b as number[])).toBeGreaterThan(0.1);
    const again = await mapsOf({ ...quick, features });
    expect(again.map((map) => map.weights)).toEqual([first, second, third].map((m) => m.weights));
    const scaled = await mapsOf({ ...quick, features, scale: 0.5 });
    expect(scaled.map(({ config }) => config.scale)).toEqual([0.5, 0.5, 2]);
    const [other] = await mapsOf({ ...quick, features, seed: 1 });
    expect(other.weights).not.toEqual(first.weights);
  });
});

describe('maps that learn from data', () => {
  it('learn once, from the training rows alone, and stay as they are', () =>
    expectNoLeak(async () => {
      const far = x.map((row, i) => (i < 27 ? row : [1e3, 1e3]));
      const map = standardize();
      const model = new KernelModel({ ...quick, features: [map, 'gaussian'] });
      await model.fit(far, labels, { validationSplit: 0.25 });
      const copy = model.toLayersModel();
      const weights = copy.layers[1].getWeights().map((w) => Array.from(w.dataSync()));
      // A thousand is nowhere in it.
      expect(Math.max(...weights.flat().map(Math.abs))).toBeLessThan(10);
      expect(map.built).toBe(false);
      copy.dispose();
      model.dispose();
    }));

  it('may stand behind others, and come learned', async () => {
    const features = [standardize(), nystroem({ outputDim: 8 }), 'gaussian'] as const;
    const maps = await mapsOf({ ...quick, features });
    expect(maps.map(({ name }) => name)).toEqual([
      'Standardize',
      'Nystroem',
      'RandomFourierFeatures',
    ]);
    const learned = standardize();
    const rows = tf.tensor2d([
      [0, 0],
      [10, 10],
    ]);
    await learned.fit(rows);
    const [kept] = await mapsOf({ ...quick, features: [learned, 'gaussian'] });
    expect(kept.weights).toEqual(learned.getWeights().map((w) => Array.from(w.dataSync())));
    tf.dispose([rows, ...learned.weights.map((w) => w.read())]);
  });

  it('take images of rank 4, and are saved with what they learned', async () => {
    const map = convolutionalFeatures({ filters: 4, patchSize: 3, grid: 2 });
    const features = [map, 'gaussian'] as const;
    const svm = new KernelSVM({ ...quick, features });
    await expectNoLeak(async () => {
      await svm.fit(images, imageLabels);
      const tensor = tf.tensor(images.data, [20, 6, 6, 1]);
      const expected = (await svm.decisionFunction(images)).data;
      expect((await svm.decisionFunction(tensor)).data).toEqual(expected);
      const loaded = await KernelSVM.load(await savedBy(svm));
      expect((await loaded.decisionFunction(tensor)).data).toEqual(expected);
      await loaded.fit(tensor, imageLabels);
      expect((await loaded.decisionFunction(tensor)).data).toEqual(expected);
      for (const one of [loaded, svm, tensor]) one.dispose();
    });
  });

  it('are left when the fit is aborted', async () => {
    const features = [nystroem({ outputDim: 8 })];
    const model = new KernelModel({ epochs: 2, features });
    const controller = new AbortController();
    const callbacks = [{ onFitBegin: () => controller.abort(new Error('enough')) }];
    const { signal } = controller;
    await expect(expectNoLeak(() => model.fit(x, labels, { callbacks, signal }))).rejects.toThrow(
      'enough',
    );
  });
});

/** A small convolutional network that gives 5 numbers per image, of the user's own. */
function network(trainable: boolean): tfl.LayersModel {
  const glorot = (seed: number) => tfl.initializers.glorotUniform({ seed });
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 2,
        kernelSize: 3,
        kernelInitializer: glorot(1),
      }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 5, activation: 'tanh', kernelInitializer: glorot(2) }),
    ],
  });
  model.trainable = trainable;
  return model;
}

const numbersOf = (model: tfl.layers.Layer) =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

describe('networks of the user', () => {
  it.each(['alone', 'under a kernel'])('compute features once where they are frozen, %s', (where) =>
    expectNoLeak(async () => {
      const base = network(false);
      const before = numbersOf(base);
      const features = where === 'alone' ? base : ([base, 'gaussian'] as const);
      const options = where === 'alone' ? { epochs: 3 } : { ...quick, scale: 1 };
      const model = new KernelSVM({ ...options, features, memoryBudget: 1e6 });
      const phases = new Set<string>();
      await model.fit(images, imageLabels, { onProgress: ({ phase }) => phases.add(phase) });
      expect(phases).toContain('features');
      const first = (await model.decisionFunction(images)).data;
      const copy = model.toLayersModel();
      expect(numbersOf(copy.layers[1])).toEqual(before);
      expect(numbersOf(base)).toEqual(before);
      const loaded = await KernelSVM.load(await savedBy(model));
      expect((await loaded.decisionFunction(images)).data).toEqual(first);
      for (const one of [copy, loaded, model]) one.dispose();
      // It is still the user's.
      const rows = tf.tensor(images.data, [20, 6, 6, 1]);
      tf.dispose([rows, base.predict(rows) as tf.Tensor]);
      base.dispose();
    }),
  );

  it('are trained end to end where they are not, on a copy', () =>
    expectNoLeak(async () => {
      const base = network(true);
      const before = numbersOf(base);
      const model = new KernelSVM({
        ...{ ...quick, scale: 1, learningRate: 0.05 },
        features: [base, 'gaussian'],
      });
      await model.fit(images, imageLabels);
      const copy = model.toLayersModel();
      expect(maxAbsDifference(numbersOf(copy.layers[1]), before)).toBeGreaterThan(0.01);
      expect(numbersOf(base)).toEqual(before);
      const first = (await model.decisionFunction(images)).data;
      await model.fit(images, imageLabels);
      expect((await model.decisionFunction(images)).data).toEqual(first);
      for (const one of [copy, model, base]) one.dispose();
    }));

  it('keep what they know when the model is loaded and fitted again', () =>
    expectNoLeak(async () => {
      const base = network(false);
      const options = { ...quick, scale: 1, solver: 'direct', l2: 1e-3, task: 'classification' };
      const model = new KernelRidge({ ...(options as object), features: [base, 'gaussian'] });
      await model.fit(images, imageLabels);
      const first = (await model.decisionFunction(images)).data;
      const loaded = await KernelRidge.load(await savedBy(model));
      await loaded.fit(images, imageLabels);
      expect(maxAbsDifference((await loaded.decisionFunction(images)).data, first)).toBeLessThan(
        1e-5,
      );
      for (const one of [loaded, model, base]) one.dispose();
    }));

  it('work as layers one by one, which are copied too', () =>
    expectNoLeak(async () => {
      const flatten = tfl.layers.flatten();
      const dense = tfl.layers.dense({ units: 4, trainable: false });
      const model = new KernelSVM({ ...quick, features: [flatten, dense, 'laplacian'] });
      await model.fit(images, imageLabels);
      expect(await model.predict(images)).toHaveLength(20);
      expect([flatten.built, dense.built]).toEqual([false, false]);
      model.dispose();
    }));

  it('without weights have nothing to train, and leave ridge regression its exact solver', () =>
    expectNoLeak(async () => {
      const { flatten, dense, dropout, maxPooling2d } = tfl.layers;
      const solverOf = (...features: FeatureStep[]) =>
        new KernelRidge({ features: [...features, 'gaussian'] }).options.solver.name;
      expect(solverOf(maxPooling2d({}), dropout({ rate: 0.5 }), flatten())).toBe('direct');
      expect(solverOf(standardize())).toBe('direct');
      expect(solverOf(flatten(), dense({ units: 2, trainable: false }))).toBe('direct');
      expect(solverOf(flatten(), dense({ units: 2 }))).toBe('adam');
      expect(solverOf(randomFourierFeatures({ outputDim: 4, trainable: true }))).toBe('adam');
      const ridge = new KernelRidge({ outputDim: 8, features: [flatten(), 'gaussian'] });
      expect((await ridge.fit(images, imageLabels)).stopped).toBe('exact');
      const loaded = await KernelRidge.load(await savedBy(ridge));
      expect(loaded.setParams({ solver: undefined }).options.solver.name).toBe('direct');
      for (const one of [loaded, ridge]) one.dispose();
    }));

  it('stop early with the best of all their weights', async () => {
    const features = randomFourierFeatures({ outputDim: 8, scale: 1, trainable: true });
    const fit = async (options: object, epochs: number) => {
      const model = new KernelSVM({ features, epochs, batchSize: 12, learningRate: 0.5 });
      const { history, stopped } = await model.fit(x, labels, options);
      const copy = model.toLayersModel();
      const weights = [1, 2].flatMap((i) => numbersOf(copy.layers[i]));
      for (const one of [copy, model]) one.dispose();
      return { history, stopped, weights };
    };
    // A loss that cannot get better by so much: the first epoch is the best.
    const earlyStopping = { minDelta: 1e6, patience: 2 };
    const { history, stopped, weights } = await fit({ earlyStopping }, 9);
    expect(stopped).toBe('early stopping');
    expect(history).toHaveLength(3);
    expect(weights).toEqual((await fit({}, 1)).weights);
    const last = await fit({ earlyStopping: { ...earlyStopping, restoreBest: false } }, 9);
    expect(last.weights).toEqual((await fit({}, 3)).weights);
  });
});
