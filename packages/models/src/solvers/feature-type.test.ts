import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { arraySource } from '../data/row-source.ts';
import { featureExamples } from '../fit/feature-examples.ts';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import { gridSearch, KernelModel, KernelSVM } from '../index.ts';
import type { FeatureMap } from '../network/network.ts';
import { simdNumerics } from '../numerics/simd-numerics.ts';
import { adam } from './adam.ts';
import { sgd } from './sgd.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(300);
const settings = { outputDim: 128, scale: 1, epochs: 10, batchSize: 32, seed: 3 };
const never = new AbortController().signal;
const makers = { adam, sgd } as const;

/** Scores of a model that keeps all features, or none. */
async function scoresOf(
  make: 'adam' | 'sgd',
  featureType?: 'bfloat16' | 'float16',
  memoryBudget?: number,
) {
  const solver = makers[make]({ featureType });
  const model = new KernelSVM({ ...settings, solver, ...(memoryBudget === 0 && { memoryBudget }) });
  try {
    await model.fit(x, labels);
    return Array.from((await model.decisionFunction(x)).data);
  } finally {
    model.dispose();
  }
}

it.each([
  ['adam', 'bfloat16'],
  ['adam', 'float16'],
  ['sgd', 'bfloat16'],
  ['sgd', 'float16'],
] as const)('%s on %s is near float32, not equal, and as good', async (make, type) => {
  const [wide, half] = [await scoresOf(make), await scoresOf(make, type)];
  const change = Math.max(...wide.map((score, i) => Math.abs(score - half[i])));
  expect(change).toBeGreaterThan(0);
  expect(change).toBeLessThan(type === 'float16' ? 0.02 : 0.15);
});

it('rounds features that are computed again in each pass too', async () => {
  const [kept, computed] = [
    await scoresOf('adam', 'bfloat16'),
    await scoresOf('adam', 'bfloat16', 0),
  ];
  // The order of sums differs at most.
  const change = Math.max(...kept.map((score, i) => Math.abs(score - computed[i])));
  expect(change).toBeLessThan(1e-4);
});

it('is part of the solver: parameters and saved models know it', async () => {
  expect(adam({ featureType: 'bfloat16' })).toMatchObject({
    ...{ featureType: 'bfloat16', config: { featureType: 'bfloat16' } },
  });
  expect(sgd({ featureType: 'float16' }).config).toEqual({ momentum: 0.9, featureType: 'float16' });
  expect(adam().featureType).toBeUndefined();
  const model = new KernelSVM({ ...settings, epochs: 1, solver: adam({ featureType: 'float16' }) });
  await model.fit(x, labels);
  const loaded = await KernelModel.load(await savedBy(model));
  expect(loaded.options.solver).toMatchObject({ name: 'adam', featureType: 'float16' });
  model.dispose();
  loaded.dispose();
});

it('candidates of other types do not share features', async () => {
  const solvers = [adam(), adam({ featureType: 'bfloat16' })];
  const model = new KernelSVM({ ...settings, epochs: 3 });
  const found = async (solver: (typeof solvers)[0][]) =>
    (await gridSearch(model, { solver }, x, labels, { folds: 3, refit: false })).candidates;
  const together = await found(solvers);
  for (const solver of solvers) {
    const [alone] = await found([solver]);
    const one = together.find(({ params }) => params.solver === solver);
    expect(one?.scores).toEqual(alone.scores);
  }
});

it.each([adam, sgd])('refuses other types', (make) => {
  expect(() => make({ featureType: 'float64' as 'float16' })).toThrow(
    "`featureType` must be 'float32' or 'bfloat16' or 'float16'. Received: 'float64'. Did you mean 'float32'?",
  );
});

it('is refused where the features are kept on a GPU, before any work', async () => {
  const map: FeatureMap = {
    ...{ layers: [], width: 2, together: 100, isTrainable: false, applySparse: (rows) => rows },
    apply: () => {
      throw new Error('computed');
    },
  };
  const rows = {
    x: arraySource(new Float32Array(4), [2, 2]),
    targets: new Float32Array(2),
    units: 1,
  };
  const run = { numerics: { ...simdNumerics(), emptyHalf: undefined }, signal: never, budget: 1e6 };
  await expectNoLeak(async () => {
    expect(() => featureExamples(map, rows, { ...run, featureType: 'float16' })).toThrow(
      "`featureType` must be 'float32' where tfjs keeps the features on a GPU. Received: 'float16'.",
    );
  });
});

it('keeps twice the rows in the same budget', () => {
  const map: FeatureMap = {
    ...{ layers: [], width: 10, together: 100, isTrainable: false, applySparse: (rows) => rows },
    apply: (block) => block as tf.Tensor2D,
  };
  const rows = {
    x: arraySource(new Float32Array(1000), [100, 10]),
    targets: new Float32Array(100),
    units: 1,
  };
  for (const [featureType, bytes] of [
    ['float32', 4000],
    ['bfloat16', 2000],
  ] as const) {
    for (const budget of [bytes, bytes - 1]) {
      const run = { numerics: simdNumerics(), signal: never, featureType, budget };
      const examples = featureExamples(map, rows, run);
      expect(examples.kept).toBe(budget === bytes);
      examples.dispose();
    }
  }
});
