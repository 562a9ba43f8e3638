import '@tensorflow/tfjs-backend-cpu';
import { getSimd } from '@kernel-methods/simd';
import { describeEstimator } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { crossValidate } from '../index.ts';
import { TubeRegression } from './fixtures/tube-regression.ts';

// An estimator that is defined outside of the package does all that ours do: CONTRIBUTING's walk.

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x } = rings(48);
const y = x.map(([a, b]) => 5 + Math.sin(2 * a) + b);
const options = { outputDim: 64, scale: 0.7, epochs: 20, batchSize: 8, learningRate: 0.05 };

describeEstimator('an estimator of a user', {
  create: () => new TubeRegression(options),
  load: (handler) => TubeRegression.load(handler),
  held: () => getSimd().memory().blocks,
  x,
  y,
  score: 0.9,
});

it('keeps its class, its defaults and its methods', async () => {
  const model = new TubeRegression({ ...options, epochs: 100 });
  expect(model.options).toMatchObject({ task: 'regression' });
  expect(model.options.loss.config).toEqual({ epsilon: 0.02 });
  const clone = model.clone();
  expect(clone).toBeInstanceOf(TubeRegression);
  await clone.fit(x, y);
  expect(await clone.within(0.5, x, y)).toBeGreaterThan(0.9);
  expect(await clone.within(0, x, y)).toBeLessThan(0.5);
  await expect(model.within(0.25, x, y)).rejects.toThrow('This TubeRegression is not fitted yet');
  const { mean } = await crossValidate(model, x, y, { folds: 3 });
  expect(mean).toBeGreaterThan(0.6);
  await expect(clone.predictProba(x)).rejects.toThrow('This TubeRegression is a regression');
  clone.dispose();
});
