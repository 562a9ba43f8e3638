import '@tensorflow/tfjs-backend-cpu';
import { identity } from '@kernel-methods/features';
import { pinball } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { describeEstimator, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import fixture from '../fixtures/sklearn/quantiles.json' with { type: 'json' };
import {
  conformal,
  crossValidate,
  gridSearch,
  KernelModel,
  KernelQuantile,
  newton,
  quantiles,
} from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const random = createRandom(5).stream('noise');
/** Noise grows with x: its deviation is x / 4 on [0, 4]. */
const noisy = (count: number) => {
  const x = Array.from({ length: count }, () => [4 * random.uniform()]);
  return { x, y: x.map(([a]) => Math.sin(2 * a) + (a / 4) * random.normal()) };
};
const column = (rows: readonly (readonly number[])[], k: number) => rows.map((row) => row[k]);

describe('KernelQuantile', () => {
  const { x, labels } = rings(48);
  const wave = x.map(([a, b], i) => 5 + Math.sin(2 * a) + b + (labels[i] - 1) / 20);
  const options = { outputDim: 64, scale: 0.7, epochs: 5, batchSize: 8, seed: 0 };
  const load = (handler: tf.io.IOHandler) => KernelQuantile.load(handler);
  const exact = () => new KernelQuantile({ ...options, solver: newton(), l2: 1e-3 });
  describeEstimator('KernelQuantile', { create: exact, load, x, y: wave, score: 0.6 });
});

describe('targets in any unit', () => {
  const { x, y } = noisy(120);
  const fitted = async (unit: number, solver: 'newton' | 'adam') => {
    const model = new KernelQuantile({ outputDim: 64, scale: 1, epochs: 30, solver });
    const targets = y.map((value) => unit * value);
    const { l2 } = await model.fit(x, targets);
    const found = (await model.predict(x)).flat().map((value) => value / unit);
    const d2 = await model.score(x, targets);
    model.dispose();
    return { l2: l2 * unit, found, d2 };
  };

  it.each(['newton', 'adam'] as const)('have the same quantiles, by %s', async (solver) => {
    const usual = await fitted(1, solver);
    if (solver === 'newton') expect(usual.d2).toBeGreaterThan(0.5);
    for (const unit of [1e-30, 1e-20, 1e-12, 1e12, 1e20, 1e30]) {
      const { l2, found, d2 } = await fitted(unit, solver);
      expect(maxAbsDifference(found, usual.found)).toBeLessThan(2e-3);
      expect(d2).toBeCloseTo(usual.d2, 4);
      if (usual.l2 > 0) expect(l2 / usual.l2).toBeCloseTo(1, 5);
    }
  });

  it('are refused where float32 cannot hold their steps', async () => {
    for (const unit of [1e-37, 1e35]) {
      await expect(fitted(unit, 'newton')).rejects.toThrow(
        '`y` must have a deviation from 1e-32 to 1e32 for pinball',
      );
    }
  });
});

describe('without a penalty', () => {
  const all = fixture.fits.map(({ quantile }) => quantile);
  const { x, y, weights } = fixture;

  it.each(['fits', 'weighted'] as const)(
    'is scikit-learn’s QuantileRegressor, %s',
    async (name) => {
      // So small a penalty does not move the minimum of straight lines with kinks.
      for (const l2 of [0, 1e-5]) {
        const model = new KernelQuantile({
          quantiles: all,
          features: identity(),
          l2,
          solver: 'newton',
        });
        await model.fit(x, y, name === 'fits' ? {} : { sampleWeight: weights });
        // As they are: scikit-learn's lines cross at some rows with weights.
        const network = model.toLayersModel();
        const raw = network.predict(tf.tensor2d(x)) as tf.Tensor;
        const predicted = raw.arraySync() as number[][];
        const { loss, quantiles: reports, d2 } = await model.evaluate(x, y);
        fixture[name].forEach((expected, k) => {
          expect(maxAbsDifference(column(predicted, k), expected.predictions)).toBeLessThan(1e-4);
          if (name === 'fits') expect(reports?.[k].loss).toBeCloseTo(expected.loss, 5);
        });
        const mean = (values: number[]) => values.reduce((sum, v) => sum + v / values.length, 0);
        if (name === 'fits') {
          expect(loss).toBeCloseTo(mean(fixture.fits.map((fit) => fit.loss)), 5);
          expect(d2).toBeCloseTo(mean(fixture.fits.map((fit) => fit.d2)), 4);
        }
        expect(await model.score(x, y)).toBe(d2);
        for (const one of [raw, network, model]) one.dispose();
      }
    },
  );
});

it('does not depend on the unit of the targets', async () => {
  const { x, y } = noisy(150);
  const results: number[][] = [];
  for (const unit of [1, 1e6, 1e-3]) {
    const model = new KernelQuantile({ outputDim: 64, scale: 1 });
    await model.fit(
      x,
      y.map((v) => unit * v + 10 * unit),
    );
    results.push((await model.predict(x)).flat().map((v) => v / unit - 10));
    model.dispose();
  }
  for (const other of results.slice(1))
    expect(maxAbsDifference(results[0], other)).toBeLessThan(5e-3);
});

it.each(['adam', 'sgd', 'eigenpro'] as const)('%s does not depend on it either', async (solver) => {
  const { x, y } = noisy(150);
  const results: number[][] = [];
  for (const unit of [1, 1024]) {
    // A penalty of weights in the unit, in a loss of that unit.
    const options = { outputDim: 32, scale: 1, l2: 1e-3 / unit, epochs: 40, batchSize: 16 };
    const model = new KernelQuantile({ ...options, solver });
    await model.fit(
      x,
      y.map((v) => unit * v),
    );
    results.push((await model.predict(x)).flat().map((v) => v / unit));
    model.dispose();
  }
  expect(maxAbsDifference(results[0], results[1])).toBeLessThan(5e-3);
});

it('covers what it says, where noise differs from row to row, on rows that are new', async () => {
  const model = new KernelQuantile({ outputDim: 128, scale: 1 });
  const [train, test] = [noisy(1500), noisy(4000)];
  await model.fit(train.x, train.y);
  expect(model.settings.solver).toBe('newton');
  const { quantiles: reports } = await model.evaluate(test.x, test.y);
  // Four standard errors of the share: that of 4,000 rows, and that of the 1,500 that were fitted.
  for (const { quantile, coverage } of reports ?? []) {
    const error = Math.sqrt(quantile * (1 - quantile) * (1 / 4000 + 1 / 1500));
    expect(Math.abs(coverage - quantile)).toBeLessThan(4 * error + 0.01);
  }
  // The range is as wide as the noise: 2 × 1.645 of its deviation.
  for (const a of [1, 2, 3]) {
    const [[low, middle, high]] = await model.predict([[a]]);
    expect((high - low) / (a / 4)).toBeGreaterThan(2.3);
    expect((high - low) / (a / 4)).toBeLessThan(4.3);
    expect(Math.abs(middle - Math.sin(2 * a))).toBeLessThan(0.2);
  }
  model.dispose();
});

describe('quantiles never cross', () => {
  it('of whatever scores', () => {
    const loss = pinball.with({ quantile: [0.1, 0.2, 0.5, 0.9] });
    const scores = fc.array(fc.float({ noNaN: true, min: -9, max: 9 }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(scores, fc.float({ noNaN: true, min: -9, max: 9 }), (row, target) => {
        const given = Float32Array.from(row);
        const decided = quantiles.decide(given, 4) as Float32Array;
        for (let k = 1; k < 4; k++) expect(decided[k]).toBeGreaterThanOrEqual(decided[k - 1]);
        // Rearranged quantiles are no worse.
        const targets = new Float32Array(4).fill(target);
        const lossOf = (predictions: Float32Array) =>
          loss.values({ targets, predictions, units: 4 }, new Float64Array(1))[0];
        expect(lossOf(decided)).toBeLessThanOrEqual(lossOf(given) + 1e-12);
      }),
      { seed: 1 },
    );
  });

  it('where the outputs themselves do', async () => {
    const { x, y } = noisy(40);
    const all = [0.3, 0.4, 0.5, 0.6, 0.7];
    const model = new KernelQuantile({ quantiles: all, outputDim: 64, scale: 0.2, l2: 1e-7 });
    await model.fit(x, y);
    const far = Array.from({ length: 200 }, (_, i) => [(i - 50) / 20]);
    const predicted = await model.predict(far);
    for (const row of predicted) expect(row).toEqual([...row].sort((a, b) => a - b));
    const network = model.toLayersModel();
    const raw = (network.predict(tf.tensor2d(far)) as tf.Tensor).arraySync() as number[][];
    expect(raw.filter((row) => row.some((v, k) => k > 0 && v < row[k - 1])).length).toBeGreaterThan(
      10,
    );
    for (const one of [model, network]) one.dispose();
  });
});

it('is saved, loaded, searched, and known by its options', async () => {
  const { x, y } = noisy(120);
  const model = new KernelQuantile({ quantiles: [0.25, 0.75], outputDim: 32, scale: 1 });
  expect(model.quantiles).toEqual([0.25, 0.75]);
  expect(new KernelQuantile().quantiles).toEqual([0.05, 0.5, 0.95]);
  expect(model.clone().quantiles).toEqual([0.25, 0.75]);
  await model.fit(x, y);
  const predicted = await model.predict(x);
  expectTypeOf(predicted).toEqualTypeOf<number[][]>();
  const handler = await savedBy(model);
  for (const loaded of [await KernelQuantile.load(handler), await KernelModel.load(handler)]) {
    expect(await loaded.predict(x)).toEqual(predicted);
    loaded.dispose();
  }
  const { mean, predictions } = await crossValidate(model, x, y, {
    ...{ folds: 3, returnPredictions: true },
  });
  expectTypeOf(predictions).toEqualTypeOf<readonly number[][] | undefined>();
  expect(mean).toBeGreaterThan(0.2);
  const { best, params } = await gridSearch(model, { l2: [1e-3, 100] }, x, y, {
    ...{ folds: 3, scoring: 'negPinballLoss' },
  });
  expect(params).toEqual({ l2: 1e-3 });
  expect(best.quantiles).toEqual([0.25, 0.75]);
  expect(model.setParams({ quantiles: undefined, loss: undefined }).quantiles).toHaveLength(3);
  for (const one of [model, best]) one.dispose();
});

it('learns from streams and more rows by adam', async () => {
  const { x, y } = noisy(400);
  const options = { outputDim: 64, scale: 1, solver: 'adam', learningRate: 0.01 } as const;
  const model = new KernelQuantile({ ...options, epochs: 100 });
  await model.fit({
    async *[Symbol.asyncIterator]() {
      for (let from = 0; from < 400; from += 100) {
        yield { x: x.slice(from, from + 100), y: y.slice(from, from + 100) };
      }
    },
  });
  const { quantiles: reports } = await model.evaluate(x, y);
  for (const { quantile, coverage } of reports ?? []) {
    expect(Math.abs(coverage - quantile)).toBeLessThan(0.1);
  }
  await model.partialFit(x, y);
  expect(await model.score(x, y)).toBeGreaterThan(0.3);
  model.dispose();
});

it('conformal ranges around it are as wide as the noise, and hold their share', async () => {
  const [train, test] = [noisy(1000), noisy(4000)];
  const estimator = new KernelQuantile({ quantiles: [0.1, 0.9], outputDim: 64, scale: 1 });
  for (const method of ['split', 'cross'] as const) {
    const ranges = conformal(estimator, { coverage: 0.9, method, folds: 4 });
    await ranges.fit(train.x, train.y);
    const { coverage, size } = await ranges.evaluate(test.x, test.y);
    // Four standard errors, with 250 rows that calibrate; CV+ covers more where models are steady.
    expect(coverage).toBeGreaterThan(0.9 - 4 * Math.sqrt(0.09 / 250));
    expect(coverage).toBeLessThan(0.97);
    expect(size).toBeLessThan(2.2);
    const [quiet, loud] = await ranges.predict([[0.5], [3.5]]);
    expectTypeOf(quiet.lower).toBeNumber();
    expect(loud.upper - loud.lower).toBeGreaterThan(2 * (quiet.upper - quiet.lower));
    const before = await ranges.predict(test.x.slice(0, 9));
    if (method === 'split') {
      const restored = conformal(ranges.model, { coverage: 0.9 });
      restored.restore(JSON.parse(JSON.stringify(ranges)));
      expect(await restored.predict(test.x.slice(0, 9))).toEqual(before);
    }
    ranges.dispose();
  }
});

it('says what it does not take', async () => {
  for (const all of [[], [0], [0.5, 0.5], [0.9, 0.1], ['a'], 0.5]) {
    expect(() => new KernelQuantile({ quantiles: all as number[] })).toThrow('`quantiles` must');
  }
  expect(() => new KernelQuantile({ quantiles: [0.5], loss: pinball })).toThrow(
    '`quantiles` must be left out if `loss` is given, which has its own.',
  );
  expect(() => new KernelQuantile({ loss: 'huber' })).toThrow(
    '`loss` must have ascending quantiles',
  );
  const model = new KernelQuantile();
  const x = [[0], [1], [2]];
  await expect(
    model.fit(x, [
      [1, 2],
      [1, 2],
      [1, 2],
    ] as never),
  ).rejects.toThrow('`y` must have one number per row. Received: 2 per row.');
  await expect(model.fit(x, ['a', 'b', 'c'] as never)).rejects.toThrow('`y` must hold numbers');
  await expect(model.predictProba(x)).rejects.toThrow('is not fitted');
});
