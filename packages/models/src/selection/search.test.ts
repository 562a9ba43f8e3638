import { createRandom } from '@kernel-methods/random';
import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { KernelRidge, KernelSVM } from '../index.ts';
import { SelectionAbortedError } from './aborted.ts';
import { crossValidate } from './cross-validate.ts';
import { logUniform, uniform } from './distributions.ts';
import { Counting, identity } from './fixtures/counting.ts';
import fixture from './fixtures/cross-validation.json' with { type: 'json' };
import { expectNothingLeft } from './fixtures/nothing-left.ts';
import { gridSearch } from './grid-search.ts';
import type { SelectionProgress } from './plan.ts';
import { randomSearch } from './random-search.ts';
import type { Ranking } from './search.ts';

const { normal } = createRandom(9).stream('rows');
const labels = Array.from({ length: 60 }, (_, i) => i % 3);
const x = labels.map((label) => [label + normal(), normal()]);
const numbers = x.map(([a, b]) => Math.sin(2 * a) + b);
const map = { outputDim: 24, scale: 1.5 };

describe('gridSearch, ridge', () => {
  it.each(fixture.cases)('ranks as scikit-learn: $task of $units, $scoring', async (given) => {
    const { y, task, units, scoring, means, deviations, ranks } = given;
    const l2 = fixture.alphas.map((alpha) => (2 * alpha) / (48 * units));
    const features = identity();
    const ridge = new KernelRidge({ features, solver: 'direct', task: task as 'regression' });
    const { candidates, params } = await gridSearch(ridge, { l2 }, fixture.x, y as number[], {
      scoring: scoring as 'r2',
      refit: false,
      folds: fixture.folds.map(({ train, test }) => ({
        train: Int32Array.from(train),
        test: Int32Array.from(test),
      })),
    });
    expect(params).toBe(candidates[0].params);
    for (const [i, value] of l2.entries()) {
      const found = candidates.find((candidate) => candidate.params.l2 === value);
      expect(found?.mean).toBeCloseTo(means[i], 4);
      expect(found?.deviation).toBeCloseTo(deviations[i], 4);
      expect(found?.rank).toBe(ranks[i]);
    }
  });
});

describeOnBackends('gridSearch', (backend) => {
  const grid = {
    loss: ['meanSquaredError', 'squaredHinge', 'softmaxCrossEntropy'],
    outputDim: [8, 24],
    l2: [1e-4, 1e-1],
  };

  it('scores each candidate as cross-validation does alone, and fits the best', async () => {
    const svm = new KernelSVM(map);
    const solved = [
      { ...grid, loss: ['meanSquaredError'] as const, solver: ['direct'] as const },
      {
        ...grid,
        loss: ['squaredHinge', 'softmaxCrossEntropy'] as const,
        solver: ['newton'] as const,
      },
    ];
    const search = await gridSearch(svm, solved, x, labels, { folds: 3, stopEarly: false });
    expectTypeOf(search.best).toEqualTypeOf<KernelSVM>();
    expect(search.candidates).toHaveLength(12);
    for (const { params, scores, mean, seconds } of search.candidates) {
      const alone = await crossValidate(svm.clone().setParams(params), x, labels, { folds: 3 });
      expect(maxAbsDifference(scores, alone.scores)).toBeLessThan(1e-6);
      expect(mean).toBeCloseTo(alone.mean, 6);
      expect(seconds).toBeGreaterThan(0);
    }
    const means = search.candidates.map(({ mean }) => mean);
    expect(means).toEqual([...means].sort((a, b) => b - a));
    expect(search.candidates.map(({ rank }) => rank)).toEqual(
      means.map((mean) => 1 + means.filter((other) => other > mean).length),
    );
    const [first] = search.candidates;
    expect([search.params, search.score]).toEqual([first.params, first.mean]);
    const expected = svm.clone().setParams(first.params);
    await expected.fit(x, labels);
    expect(await search.best.predict(x)).toEqual(await expected.predict(x));
    expect(search.best).toBeInstanceOf(KernelSVM);
    for (const model of [expected, search.best]) model.dispose();
    expect(svm.getParams()).toEqual(map);
  });

  if (backend !== 'simd') return;

  it('computes the features of one map once', async () => {
    const features = [new Counting({ name: 'counting', trainable: false } as object), identity()];
    const heads = { l2: [1e-4, 1e-2, 1], solver: ['direct', 'newton'] as const };
    Counting.rows = 0;
    const ridge = new KernelRidge({ features: features as never });
    await gridSearch(ridge, heads, x, numbers, { refit: false }).catch(() => {});
    expect(Counting.rows).toBeGreaterThanOrEqual(60);
    expect(Counting.rows).toBeLessThan(60 + 3);
    Counting.rows = 0;
    await gridSearch(ridge, { ...heads, seed: [1, 2] }, x, numbers, { refit: false });
    expect(Counting.rows).toBeGreaterThanOrEqual(120);
    expect(Counting.rows).toBeLessThan(120 + 6);
  });

  it('fits the best of ridge from the sums that it has', async () => {
    for (const [task, y] of [
      ['regression', numbers],
      ['classification', labels],
    ] as const) {
      const features = [new Counting({ trainable: false } as object), identity()];
      const ridge = new KernelRidge({ features: features as never, solver: 'direct', task });
      Counting.rows = 0;
      const { params } = await expectNothingLeft(async () => {
        const { best, ...found } = await gridSearch(ridge, { l2: [1e-3, 1e-1] }, x, y);
        // The rows of the folds, and those on which probabilities of classes are calibrated.
        expect(Counting.rows).toBeLessThan((task === 'regression' ? 60 : 120) + 4);
        const fitted = ridge.clone().setParams(found.params);
        await fitted.fit(x, y);
        const [a, b] = [await best.decisionFunction(x), await fitted.decisionFunction(x)];
        expect(maxAbsDifference(a.data, b.data)).toBeLessThan(1e-5);
        if (task === 'classification') {
          const [p, q] = [await best.predictProba(x), await fitted.predictProba(x)];
          expect(maxAbsDifference(p.data, q.data)).toBeLessThan(1e-5);
        }
        // It goes on as a fitted one does.
        for (const model of [best, fitted]) await model.partialFit(x.slice(0, 9), y.slice(0, 9));
        const [c, d] = [await best.decisionFunction(x), await fitted.decisionFunction(x)];
        expect(maxAbsDifference(c.data, d.data)).toBeLessThan(1e-5);
        expect(maxAbsDifference(a.data, c.data)).toBeGreaterThan(1e-4);
        for (const model of [best, fitted]) model.dispose();
        return found;
      });
      expect([1e-3, 1e-1]).toContain(params.l2);
    }
  });

  it('ranks what fails last, with its error', async () => {
    const svm = new KernelSVM({ ...map, loss: 'squaredHinge', solver: 'newton' });
    const tried = {
      l2: [1e-2, -1],
      loss: ['squaredHinge', 'no such' as never] as const,
      features: ['gaussian', 'cubic' as never] as const,
    };
    const { candidates, best } = await expectNothingLeft(async () => {
      const found = await gridSearch(svm, tried, x, labels, { folds: 3 });
      found.best.dispose();
      return found;
    });
    expect(best).toBeInstanceOf(KernelSVM);
    expect(candidates.map(({ rank }) => rank)).toEqual([1, 2, 2, 2, 2, 2, 2, 2]);
    expect(candidates[0].params).toEqual({ l2: 1e-2, loss: 'squaredHinge', features: 'gaussian' });
    for (const { mean, scores, error } of candidates.slice(1)) {
      expect([mean, scores]).toEqual([Number.NaN, []]);
      expect((error as Error).message).toMatch(/`l2` must|`loss`|`name`|`features` must|loss/);
    }
    // One that fails in training, beside those that do not.
    let fits = 0;
    const scoring = () => {
      if (fits++ === 4) throw new Error('the fifth');
      return fits;
    };
    const l2 = [1, 2, 3];
    const { candidates: some } = await gridSearch(svm, { l2 }, x, labels, {
      ...{ folds: 3, scoring, refit: false },
    });
    expect(some.map(({ params, error }) => [params.l2, (error as Error)?.message])).toEqual([
      [3, undefined],
      [1, undefined],
      [2, 'the fifth'],
    ]);
    await expect(gridSearch(svm, { l2: [-1, -2] }, x, labels)).rejects.toThrow(
      'None of 2 candidates could be fitted. The first: `l2` must be a finite number, 0 or above. Received: -1.',
    );
    const never = () => Number.NaN;
    await expect(gridSearch(svm, { l2 }, x, labels, { scoring: never })).rejects.toThrow(
      'None of 3 candidates could be fitted. The first: `scoring` must give a number.',
    );
  });

  it('refuses bad input before any work', async () => {
    const svm = new KernelSVM(map);
    await expect(gridSearch(svm, { c: [1] } as object, x, labels)).rejects.toThrow(
      '`grid` must name',
    );
    await expect(gridSearch(svm, {}, x, labels, { cv: 3 } as object)).rejects.toThrow(
      'among folds,',
    );
    await expect(gridSearch(svm, { l2: [1] }, x, labels.slice(1))).rejects.toThrow('`y` must have');
    await expect(randomSearch(svm, {}, x, labels, { candidates: 0 })).rejects.toThrow(
      '`candidates` must be a whole number, 1 or above. Received: 0.',
    );
  });

  it('stops when it is told to, with what it has', async () => {
    const controller = new AbortController();
    const onProgress = ({ done }: SelectionProgress) => {
      if (done === 7) controller.abort(new Error('enough'));
    };
    const { signal } = controller;
    const svm = new KernelSVM({ ...map, loss: 'squaredHinge', solver: 'newton' });
    const error = await expectNothingLeft(() =>
      gridSearch(svm, { l2: [1e-3, 1e-2, 1e-1] }, x, labels, {
        ...{ folds: 3, signal, onProgress, stopEarly: false },
      }).then(
        () => undefined,
        (thrown) => thrown as SelectionAbortedError<Ranking>,
      ),
    );
    expect(error).toBeInstanceOf(SelectionAbortedError);
    const { candidates = [] } = error?.partial ?? {};
    expect(candidates.map(({ scores }) => scores.length)).toEqual([3, 3, 1]);
    expect(candidates.map(({ mean }) => Number.isNaN(mean))).toEqual([false, false, true]);
    expect(candidates[2].params).toEqual({ l2: 1e-1 });
  });

  it('keeps the ranking when the last fit is stopped', async () => {
    const controller = new AbortController();
    const onEpochEnd = () => {
      // Two folds of two epochs each; the fifth is of the fit to all rows.
      if (++epochs === 5) controller.abort(new Error('enough'));
    };
    let epochs = 0;
    const svm = new KernelSVM({ ...map, epochs: 2 });
    const fitOptions = { onEpochEnd };
    const error = await expectNothingLeft(() =>
      gridSearch(svm, { l2: [0] }, x, labels, {
        folds: 2,
        fitOptions,
        signal: controller.signal,
      }).then(
        () => undefined,
        (thrown) => thrown as SelectionAbortedError<Ranking>,
      ),
    );
    expect(error?.partial.candidates[0].scores).toHaveLength(2);
    expect(error?.cause).toBe(controller.signal.reason);
  });
});

describeOnBackends('randomSearch', () => {
  it('draws by its seed, and finds a good scale', async () => {
    const ridge = new KernelRidge({ outputDim: 64 });
    const drawn = { scale: uniform(0.5, 4), l2: logUniform(1e-6, 1e-1) };
    const run = (seed: number) =>
      randomSearch(ridge, drawn, x, numbers, { candidates: 6, seed, refit: false, folds: 3 });
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    const plain = ({ candidates }: Ranking) => candidates.map(({ seconds, ...rest }) => rest);
    expect(plain(again)).toEqual(plain(first));
    expect(plain(other)).not.toEqual(plain(first));
    expect(first.candidates).toHaveLength(6);
    const found = await randomSearch(ridge, drawn, x, numbers, {
      candidates: 6,
      seed: 1,
      folds: 3,
    });
    expect(found.params).toEqual(first.params);
    expect(await found.best.score(x, numbers)).toBeGreaterThan(found.score);
    found.best.dispose();
  });
}, ['simd']);
