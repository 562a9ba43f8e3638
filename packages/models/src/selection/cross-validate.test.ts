import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { KernelLogisticRegression, type KernelModel, KernelRidge, KernelSVM } from '../index.ts';
import { crossValidate } from './cross-validate.ts';
import { Counting, identity } from './fixtures/counting.ts';
import fixture from './fixtures/cross-validation.json' with { type: 'json' };
import { accuracy, cases, labels, map, numbers, weights, x } from './fixtures/models.ts';
import { naiveScores } from './fixtures/naive.ts';
import { expectNothingLeft } from './fixtures/nothing-left.ts';
import { kFold, shuffleSplit, stratifiedKFold } from './folds.ts';

describe('crossValidate, ridge', () => {
  const folds = fixture.folds.map(({ train, test }) => ({
    train: Int32Array.from(train),
    test: Int32Array.from(test),
  }));
  const l2Of = (alpha: number, weight: number, units: number) => (2 * alpha) / (weight * units);

  it.each(fixture.cases)('is scikit-learn’s: $task of $units, $scoring', async (given) => {
    const { y, task, units, scoring, scores, weighted } = given;
    const scored = { scoring: scoring as 'r2' };
    const ridge = (l2: number) =>
      new KernelRidge({ features: identity(), solver: 'direct', task: task as 'regression', l2 });
    for (const [i, alpha] of fixture.alphas.entries()) {
      const found = await crossValidate(ridge(l2Of(alpha, 48, units)), fixture.x, y as number[], {
        ...scored,
        folds,
      });
      expect(maxAbsDifference(found.scores, scores[i])).toBeLessThan(1e-4);
      expect(found.mean).toBeCloseTo(given.means[i], 4);
      expect(found.deviation).toBeCloseTo(given.deviations[i], 4);
    }
    // Weighted rows of a fold sum to another weight in each, so to another l2.
    for (const [i, fold] of folds.entries()) {
      const weight = fold.train.reduce((sum, row) => sum + fixture.weights[row], 0);
      const model = ridge(l2Of(fixture.alphas[1], weight, units));
      const fitOptions = { sampleWeight: fixture.weights };
      const options = { ...scored, folds: [fold], fitOptions };
      const found = await crossValidate(model, fixture.x, y as number[], options);
      expect(found.scores[0]).toBeCloseTo(weighted[i], 4);
    }
  });
});

describeOnBackends('crossValidate', (backend) => {
  it.each(cases)('is the naive one, and leaves nothing: %s', async (_, make, y) => {
    const estimator = make();
    const folds = kFold(75, { folds: 3, seed: 1 });
    const expected = await naiveScores(estimator, x, y, folds, accuracy);
    const found = await expectNothingLeft(() =>
      crossValidate(estimator, x, y as number[], { folds }),
    );
    expect(maxAbsDifference(found.scores, expected)).toBeLessThan(1e-4);
    expect(found.mean).toBeCloseTo(expected.reduce((a, b) => a + b) / 3, 4);
    expect(new Set(expected).size).toBeGreaterThan(1);
  });

  if (backend !== 'simd') return;

  it.each(cases.slice(0, 5))('weighs rows as the naive one: %s', async (_, make, y) => {
    const folds = kFold(75, { folds: 3, seed: 1 });
    const expected = await naiveScores(make(), x, y, folds, accuracy, weights);
    const options = { folds, fitOptions: { sampleWeight: weights } };
    const { scores } = await crossValidate(make(), x, y as number[], options);
    expect(maxAbsDifference(scores, expected)).toBeLessThan(1e-4);
  });

  it.each(cases.slice(0, 6))('is the same without memory for features: %s', async (_, make, y) => {
    const options = { folds: 3 };
    const kept = await crossValidate(make(), x, y as number[], options);
    const spare = make().setParams({ memoryBudget: 0 });
    const found = await expectNothingLeft(() => crossValidate(spare, x, y as number[], options));
    expect(maxAbsDifference(found.scores, kept.scores)).toBeLessThan(1e-5);
  });

  it.each([
    ['splits that overlap', () => shuffleSplit(75, { splits: 4, seed: 2 })],
    [
      'folds that leave rows out',
      () => kFold(75).map(({ train, test }) => ({ train: train.slice(9), test })),
    ],
    ['a single one', () => kFold(75).slice(0, 1)],
  ])('takes %s', async (_, make) => {
    const ridge = new KernelRidge({ ...map, l2: 1e-2 });
    const expected = await naiveScores(ridge, x, numbers, make(), accuracy);
    const found = await expectNothingLeft(() =>
      crossValidate(ridge, x, numbers, { folds: make() }),
    );
    expect(maxAbsDifference(found.scores, expected)).toBeLessThan(1e-4);
  });

  it('computes features once, and those of no map twice', async () => {
    const features = [new Counting({ trainable: false }), identity()];
    for (const solver of ['direct', 'newton'] as const) {
      const loss = solver === 'direct' ? 'meanSquaredError' : 'squaredHinge';
      const model = new KernelSVM({ features, solver, loss });
      Counting.rows = 0;
      await crossValidate(model, x, labels, { folds: 5 });
      // Layers are built by one row of zeros and by a symbolic one.
      expect(Counting.rows).toBeLessThan(75 + 3);
      expect(Counting.rows).toBeGreaterThanOrEqual(75);
    }
  });

  it('makes the map for each fold where that is asked', async () => {
    // The scale is chosen from the rows: of the fold alone, as the naive one has it.
    const folds = kFold(75, { folds: 3, seed: 1 });
    const choosy = new KernelRidge({ outputDim: 24, l2: 1e-4 });
    const expected = await naiveScores(choosy, x, numbers, folds, accuracy);
    const perFold = await expectNothingLeft(() =>
      crossValidate(choosy, x, numbers, { folds, mapPerFold: true }),
    );
    expect(maxAbsDifference(perFold.scores, expected)).toBeLessThan(1e-5);
    const once = await crossValidate(choosy, x, numbers, { folds });
    expect(maxAbsDifference(once.scores, expected)).toBeGreaterThan(1e-5);
  });

  it('scores probabilities as the fitted model gives them', async () => {
    const folds = stratifiedKFold(labels, { folds: 3 });
    const naiveLoss = async (model: KernelModel, rows: number[][], y: string[]) => {
      const { data } = await model.predictProba(rows);
      const own = y.map((label, i) => Math.log(data[i * 3 + 'abc'.indexOf(label)]));
      return own.reduce((a, b) => a + b) / y.length;
    };
    for (const make of [cases[2][1], cases[3][1], cases[4][1], cases[6][1]]) {
      const expected = await naiveScores(make(), x, labels, folds, naiveLoss);
      const { scores } = await expectNothingLeft(() =>
        crossValidate(make(), x, labels, { folds, scoring: 'logLoss' }),
      );
      expect(maxAbsDifference(scores, expected)).toBeLessThan(1e-4);
    }
  });

  it('takes two classes with one output or two, and a function to score', async () => {
    const pairs = labels.map((label) => label !== 'a');
    for (const loss of ['squaredHinge', 'softmaxCrossEntropy'] as const) {
      const model = new KernelSVM({ ...map, loss, solver: 'newton', l2: 1e-2 });
      const { mean } = await crossValidate(model, x, pairs, { folds: 3, scoring: 'rocAuc' });
      const own = await crossValidate(model, x, pairs, {
        folds: 3,
        async scoring({ truth, decisions, predictions, classes, units, probabilities }) {
          expect([classes, units, decisions.length]).toEqual([[false, true], 1, truth.length]);
          const p = await probabilities();
          predictions.forEach((c, i) => {
            expect(c).toBe(Number(decisions[i] > 0));
            expect(p[2 * i + c]).toBeGreaterThanOrEqual(0.5);
          });
          return -1;
        },
      });
      expect(mean).toBeGreaterThan(0.55);
      expect(own).toMatchObject({ mean: -1, deviation: 0 });
    }
  });

  it('returns what is predicted for each row by the model that did not see it', async () => {
    const folds = kFold(75, { folds: 3, seed: 1 });
    const both = x.map(([a, b]) => [a + b, a - b]);
    for (const [task, y] of [
      ['classification', labels],
      ['regression', numbers],
      ['regression', both],
    ] as const) {
      const ridge = new KernelRidge({ ...map, task, l2: 1e-2 });
      const { predictions = [] } = await crossValidate(ridge, x, y as number[], {
        folds,
        returnPredictions: true,
      });
      expect(predictions).toHaveLength(75);
      for (const { train, test } of folds) {
        const model = ridge.clone();
        await model.fit(
          Array.from(train, (row) => x[row]),
          Array.from(train, (row) => y[row]) as number[],
        );
        const expected = await model.predict(Array.from(test, (row) => x[row]));
        model.dispose();
        const own = Array.from(test, (row) => predictions[row]);
        if (task === 'classification') expect(own).toEqual(expected);
        else
          expect(
            maxAbsDifference(own.flat() as number[], expected.flat() as number[]),
          ).toBeLessThan(1e-3);
      }
    }
  });

  it('weighs classes by what each fold trains on', async () => {
    const rare = labels.map((_, i) => Number(i % 5 === 0));
    const folds = kFold(75, { folds: 3, seed: 1 });
    for (const make of [cases[2][1], cases[3][1]]) {
      const balanced: number[] = [];
      for (const { train, test } of folds) {
        const model = make();
        const pick = <T>(values: T[], rows: Int32Array) => Array.from(rows, (row) => values[row]);
        await model.fit(pick(x, train), pick(rare, train), { classWeight: 'balanced' });
        balanced.push(await model.score(pick(x, test), pick(rare, test)));
        model.dispose();
      }
      const options = { folds, fitOptions: { classWeight: 'balanced' } } as const;
      const { scores } = await crossValidate(make(), x, rare, options);
      expect(maxAbsDifference(scores, balanced)).toBeLessThan(1e-6);
    }
  });

  it('keeps rows of a fold for validation, and stops early', async () => {
    const ended: string[] = [];
    const fitOptions = {
      validationSplit: 0.25,
      earlyStopping: { patience: 1 },
      callbacks: [{ onFitEnd: ({ stopped }: { stopped: string }) => void ended.push(stopped) }],
    };
    const model = new KernelLogisticRegression({ ...map, epochs: 200, learningRate: 0.5 });
    await expectNothingLeft(() => crossValidate(model, x, labels, { folds: 2, fitOptions }));
    expect(ended).toEqual(['early stopping', 'early stopping']);
  });

  it('repeats by its seed, stratifies, and keeps groups together', async () => {
    const ridge = new KernelRidge<string>({ ...map, task: 'classification', l2: 1e-3 });
    const run = (options: object) => crossValidate(ridge, x, labels, { folds: 3, ...options });
    const first = await run({ seed: 1 });
    expect((await run({ seed: 1 })).scores).toEqual(first.scores);
    expect((await run({ seed: 2 })).scores).not.toEqual(first.scores);
    const stratified = await run({ folds: stratifiedKFold(labels, { folds: 3, seed: 1 }) });
    expect(stratified.scores).toEqual(first.scores);
    // Each row five times: only where copies stay together is a row not known already.
    const groups = x.map((_, i) => Math.floor(i / 5));
    const copies = groups.map((group) => x[group]);
    const noise = groups.map((group) => (group * 7) % 5);
    const exact = new KernelRidge({ outputDim: 200, scale: 0.3, l2: 1e-9 });
    const apart = await crossValidate(exact, copies, noise, { folds: 5, groups });
    const mixed = await crossValidate(exact, copies, noise, { folds: 5 });
    expect(mixed.mean).toBeGreaterThan(0.8);
    expect(apart.mean).toBeLessThan(0.5);
  });

  it('does not touch the estimator', async () => {
    const ridge = new KernelRidge({ ...map, l2: 1e-3 });
    const before = ridge.getParams();
    await crossValidate(ridge, x, numbers);
    expect(ridge.getParams()).toEqual(before);
    await expect(ridge.predict(x)).rejects.toThrow('is not fitted yet');
    await ridge.fit(x, numbers);
    const fitted = await ridge.predict(x);
    await crossValidate(
      ridge,
      x,
      x.map(([a]) => a),
    );
    expect(await ridge.predict(x)).toEqual(fitted);
    ridge.dispose();
  });
});
