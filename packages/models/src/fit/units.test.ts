import '@tensorflow/tfjs-backend-cpu';
import { identity } from '@kernel-methods/features';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { dual, KernelModel, type KernelModelOptions } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(60);
// Columns of which a line can tell something.
const rows = x.map(([a, b]) => [a + 0.3, b - 0.2, 2 * Math.hypot(a, b)]);
const wave = rows.map(([a, b, c]) => Math.sin(2 * a) + b + c);

const scoresOf = async (options: KernelModelOptions, c = 1, k = 1) => {
  const model = new KernelModel({ epochs: 10, batchSize: 16, ...options });
  const scaled = rows.map((row) => row.map((value) => c * value));
  const y = options.task === 'regression' ? wave.map((value) => k * value) : labels;
  await model.fit(scaled, y);
  const { data } = await model.decisionFunction(scaled);
  model.dispose();
  return data.map((value) => value / k);
};

describe('the units that rows and targets come in', () => {
  const squares = { task: 'regression', loss: 'meanSquaredError' } as const;
  it.each<[string, KernelModelOptions, number]>([
    ['adam', { loss: 'hinge', solver: 'adam' }, 1],
    ['sgd', { loss: 'logistic', solver: 'sgd' }, 1],
    ['eigenpro', { loss: 'squaredHinge', solver: 'eigenpro' }, 1],
    ['newton', { loss: 'logistic', solver: 'newton' }, 1],
    ['smo', { loss: 'hinge', solver: 'smo' }, 1],
    ['dual', { loss: 'hinge', solver: dual({ tolerance: 1e-4 }) }, 1],
    ['dual, numbers', { ...squares, solver: dual({ tolerance: 1e-2 }) }, 1e3],
    ['adam, numbers', { ...squares, solver: 'adam' }, 1e3],
    ['sgd, numbers', { ...squares, solver: 'sgd' }, 1e3],
    ['eigenpro, numbers', { ...squares, solver: 'eigenpro' }, 1e3],
    ['newton, numbers', { ...squares, solver: 'newton' }, 1e3],
    ['direct, numbers', { ...squares, solver: 'direct' }, 1e3],
  ])('do not change what is predicted: %s', async (_, options, k) => {
    const l2 = 0.01;
    const near = await scoresOf({ ...options, l2, features: identity() });
    for (const c of [1e-3, 1e3]) {
      const far = await scoresOf({ ...options, l2: l2 * c * c, features: identity() }, c, k);
      expect(maxAbsDifference(near, far)).toBeLessThan(2e-3 * Math.max(...near.map(Math.abs)));
    }
  });

  it('are those of Keras for random Fourier features, whose numbers are cosines', async () => {
    for (const features of ['gaussian', 'laplacian'] as const) {
      for (const loss of ['hinge', 'logistic'] as const) {
        const options = { features, loss, scale: 1, outputDim: 512, solver: 'adam' } as const;
        expect(await scoresOf(options)).toEqual(await scoresOf({ ...options, learningRate: 1e-3 }));
      }
    }
  });
});
