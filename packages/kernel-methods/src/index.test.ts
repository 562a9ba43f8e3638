import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as all from './index.ts';

const packages = ['backend-simd', 'datasets', 'features', 'losses', 'models', 'random', 'simd'];

it.each(packages)('re-exports all of %s', async (name) => {
  const own: Record<string, unknown> = await import(`@kernel-methods/${name}`);
  expect(Object.keys(own).length).toBeGreaterThan(0);
  expect(all).toMatchObject(own);
});

it('registers the backend: a newcomer trains without another import', async () => {
  const { KernelSVM, trainTestSplit, moons } = all;
  const { train, test } = trainTestSplit(moons({ rows: 400, noise: 0.15, seed: 0 }));
  const svm = new KernelSVM({ outputDim: 256, scale: 0.5, learningRate: 0.01, batchSize: 32 });
  await svm.fit(train.x, train.y);
  expect(tf.getBackend()).toBe('simd');
  expect(await svm.score(test.x, test.y)).toBeGreaterThan(0.93);
  svm.dispose();
});
