import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import path from '../fixtures/sklearn/ridge-path.json' with { type: 'json' };
import { type KernelModel, KernelRidge, KernelSVM } from '../index.ts';
import { crossValidate } from './cross-validate.ts';
import { identity } from './fixtures/counting.ts';
import { labels, map, numbers, weights, x } from './fixtures/models.ts';
import { expectNothingLeft } from './fixtures/nothing-left.ts';
import { ridgeSearch } from './ridge-search.ts';

const l2s = [1e-4, 1e-3, 1e-2, 1e-1];
const everyRow = x.map((_, row) => ({
  train: Int32Array.from(x.keys()).filter((other) => other !== row),
  test: Int32Array.of(row),
}));

describe('ridgeSearch', () => {
  it('is scikit-learn’s RidgeCV', async () => {
    const { z, y, errors, best } = path.tall;
    const alphas = path.alphas.map((alpha) => (2 * alpha) / (z.length * y[0].length));
    const ridge = new KernelRidge<number[]>({ features: identity(), solver: 'direct' });
    const found = await expectNothingLeft(async () => {
      const result = await ridgeSearch(ridge, alphas, z, y);
      result.best.dispose();
      return result;
    });
    const means = alphas.map((_, i) => {
      const all = (errors as number[][][]).flatMap((row) => row.map((output) => output[i]));
      return all.reduce((sum, error) => sum + error, 0) / all.length;
    });
    const loo = found.points.map(({ looLoss }) => looLoss);
    expect(maxAbsDifference(loo, means)).toBeLessThan(1e-4);
    expect(found.l2).toBe(alphas[path.alphas.indexOf(best)]);
  });
});

describeOnBackends('ridgeSearch', () => {
  it('is cross-validation with a fold for each row, but for their weight in alpha', async () => {
    const search = await ridgeSearch(new KernelRidge(map), l2s, x, numbers);
    for (const { l2, looLoss } of search.points) {
      // Alpha is l2 times the rows that are trained on.
      const ridge = new KernelRidge({ ...map, l2: (l2 * 75) / 74 });
      const scoring = 'negMeanSquaredError';
      const { mean } = await crossValidate(ridge, x, numbers, { folds: everyRow, scoring });
      expect(Math.abs(looLoss / -mean - 1)).toBeLessThan(1e-3);
    }
    const { l2, best, points } = search;
    expect(Math.min(...points.map(({ looLoss }) => looLoss))).toBe(
      points.find((point) => point.l2 === l2)?.looLoss,
    );
    const fitted = new KernelRidge({ ...map, l2 });
    await fitted.fit(x, numbers);
    const [a, b] = [await best.predict(x), await fitted.predict(x)];
    expect(maxAbsDifference(a, b)).toBeLessThan(1e-4);
    expect(best.getParams()).toMatchObject({ ...map, l2 });
    for (const model of [best, fitted]) model.dispose();
  });

  it('counts the rows of classes that are right, and takes weights', async () => {
    const ridge = new KernelRidge<string>({ ...map, task: 'classification' });
    const options = { sampleWeight: weights, classWeight: 'balanced' } as const;
    const { points, best } = await ridgeSearch(ridge, l2s, x, labels, options);
    for (const { looAccuracy } of points) expect(looAccuracy).toBeGreaterThan(0.4);
    expect(best.classes).toEqual(['a', 'b', 'c']);
    best.dispose();
    const plain = await ridgeSearch(ridge, l2s, x, labels);
    expect(plain.points).not.toEqual(points);
    plain.best.dispose();
  });

  it('refuses bad input, and stops when it is told to', async () => {
    const ridge = new KernelRidge(map);
    const fails = (model: KernelModel, ...rest: unknown[]) =>
      expect(
        expectNothingLeft(() => ridgeSearch(model, ...(rest as [number[], number[][], number[]]))),
      ).rejects;
    await fails(new KernelSVM(), [1], x, labels).toThrow(
      "`estimator` must have the solver 'direct'",
    );
    await fails(ridge, [], x, numbers).toThrow('`l2s` must be an array with at least one number.');
    await fails(ridge, [1, -1], x, numbers).toThrow(
      '`l2s` must be finite numbers, 0 or above. Received: -1.',
    );
    await fails(ridge, [1], x, [1]).toThrow('`y` must have one entry');
    await fails(ridge, [1], x, numbers, { sampleWeight: [1] }).toThrow('`sampleWeight` must');
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')));
    const { signal } = controller;
    await fails(ridge.setParams({ outputDim: 512 }), l2s, x, numbers, { signal }).toThrow('enough');
  });
}, ['simd']);
