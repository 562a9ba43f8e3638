import '@tensorflow/tfjs-backend-cpu';
import { identity, randomFourierFeatures } from '@kernel-methods/features';
import { Table } from '@kernel-methods/tables';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { savedBy } from '../fixtures/saved-by.ts';
import fixture from '../fixtures/sklearn/labels.json' with { type: 'json' };
import {
  crossValidate,
  gridSearch,
  KernelLogisticRegression,
  KernelModel,
  KernelRidge,
  KernelSVM,
  multilabel,
  splitLabels,
} from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const names = ['far', 'high', 'left'];
const x = Array.from({ length: 90 }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.9)]);
const y = x.map(([a, b]) => names.filter((_, k) => [a * a + b * b > 1, b > 0, a < 0][k]));
const flags = y.map((own) => names.map((name) => +own.includes(name)));
const features = () => randomFourierFeatures({ outputDim: 64, scale: 0.8, seed: 3 });
const options = { features: features(), task: 'multilabel' as const, l2: 1e-4 };

it('is scikit-learn’s LogisticRegression for each label, also with weights', async () => {
  const { logistic } = fixture;
  const model = new KernelLogisticRegression<string[]>({
    ...{ task: 'multilabel', features: identity(), l2: logistic.l2, solver: 'newton' },
  });
  expect(model.options.loss.name).toBe('logistic');
  await model.fit(logistic.x, logistic.y);
  const p = (await model.predictProba(logistic.x)).data;
  expect(maxAbsDifference(p, logistic.probabilities.flat())).toBeLessThan(1e-4);
  await model.fit(logistic.x, logistic.y, { sampleWeight: logistic.weights });
  const weighted = (await model.predictProba(logistic.x)).data;
  expect(maxAbsDifference(weighted, logistic.weighted.flat())).toBeLessThan(1e-4);
  expect(maxAbsDifference(weighted, p)).toBeGreaterThan(1e-3);
  model.dispose();
});

it('gives the same for names and for rows of 0 and 1 in every form', async () => {
  await expectNoLeak(async () => {
    const model = new KernelSVM<string[]>(options);
    await model.fit(x, y);
    expect(model.classes).toEqual(names);
    const expected = await model.decisionFunction(x);
    expect(expected.shape).toEqual([90, 3]);
    const predicted = await model.predict(x);
    expectTypeOf(predicted).toEqualTypeOf<string[][]>();
    const { accuracy } = await model.evaluate(x, y);
    expect(accuracy).toBeGreaterThan(0.9);
    expect(await model.score(x, flags)).toBe(accuracy);
    const right = predicted.filter((own, row) => own.join() === y[row].join()).length;
    expect(right / 90).toBeCloseTo(accuracy as number, 12);
    const tensor = tf.tensor2d(flags);
    const task = multilabel({ labels: names });
    for (const target of [flags, { data: Uint8Array.from(flags.flat()), shape: [90, 3] }, tensor]) {
      const other = new KernelSVM<string[]>({ ...options, task });
      await other.fit(x, target);
      expect(await other.decisionFunction(x)).toEqual(expected);
      expect(await other.predict(x)).toEqual(predicted);
      other.dispose();
    }
    const unnamed = new KernelSVM<string[]>(options);
    await unnamed.fit(x, flags);
    expect(unnamed.classes).toEqual(['0', '1', '2']);
    for (const one of [tensor, model, unnamed]) one.dispose();
  });
});

it('takes the classes in the order of `labels`, also those of no row', async () => {
  const task = multilabel({ labels: ['left', 'nowhere', 'high', 'far'] });
  const model = new KernelSVM<string[]>({ ...options, task });
  await model.fit(x, y);
  expect(model.classes).toEqual(['left', 'nowhere', 'high', 'far']);
  const predicted = (await model.predict(x)).flat();
  expect(predicted).toContain('left');
  expect(predicted).not.toContain('nowhere');
  const { perClass } = await model.evaluate(x, y);
  expect(perClass?.[1]).toEqual({ class: 'nowhere', precision: 0, recall: 0, f1: 0, support: 0 });
  model.dispose();
});

it('evaluates by F1, Hamming loss, subsets and ranking, and counts labels that it does not know', async () => {
  const model = new KernelLogisticRegression<string[]>(options);
  await model.fit(x, y);
  const found = await model.evaluate(x, y);
  expect(found.perClass?.map(({ support }) => support)).toEqual(
    names.map((name) => y.filter((own) => own.includes(name)).length),
  );
  expect(found.ranking?.averagePrecision).toBeGreaterThan(0.95);
  expect(found.hammingLoss).toBeLessThan(0.1);
  expect(found.unseen).toBeUndefined();
  const more = y.map((own, row) => (row < 9 ? [...own, 'strange'] : own));
  const other = await model.evaluate(x, more);
  expect(other.unseen).toEqual({ labels: ['strange'], rows: 9 });
  expect(other.accuracy).toBeLessThan(found.accuracy as number);
  expect(other.f1Micro).toBeLessThan(found.f1Micro as number);
  expect(other.f1Macro).toBe(found.f1Macro);
  model.dispose();
});

describe('thresholds', () => {
  it('are those that are named, and decide by probabilities', async () => {
    for (const [threshold, by] of [
      [0.2, [0.2, 0.2, 0.2]],
      [{ high: 0.9 }, [0.5, 0.9, 0.5]],
    ] as const) {
      const task = multilabel({ threshold });
      const model = new KernelLogisticRegression<string[]>({ ...options, l2: 1e-2, task });
      await model.fit(x, y);
      const { data } = await model.predictProba(x);
      const expected = x.map((_, row) => names.filter((_, k) => data[row * 3 + k] > by[k]));
      expect(await model.predict(x)).toEqual(expected);
      const loaded = await KernelLogisticRegression.load(await savedBy(model));
      expect(await loaded.predict(x)).toEqual(expected);
      expect(loaded.options.task).toMatchObject({ config: { threshold } });
      for (const one of [model, loaded]) one.dispose();
    }
  });

  it('are chosen for F1 on rows that were not trained on: better for a rare label', async () => {
    const rare = x.map(([a, b], i) => [
      ...(a + b + 0.8 * Math.sin(i * i) > 1.3 ? ['rare'] : []),
      ...(a > 0 ? ['right'] : []),
    ]);
    const [train, test] = [rare.slice(0, 60), rare.slice(60)];
    const scores: number[] = [];
    for (const task of [multilabel(), multilabel({ threshold: 'f1' })]) {
      const model = new KernelLogisticRegression<string[]>({
        ...{ task, features: identity(), l2: 0.05 },
      });
      await model.fit(x.slice(0, 60), train);
      const { perClass } = await model.evaluate(x.slice(60), test);
      scores.push(perClass?.[0].f1 as number);
      model.dispose();
    }
    expect(scores[1]).toBeGreaterThan(scores[0] + 0.1);
  });
});

it('probabilities of a loss without a link have one sharpness, and ½ where a score is 0', async () => {
  const model = new KernelSVM<string[]>({ ...options, loss: 'squaredHinge', l2: 1e-2 });
  await model.fit(x, y);
  const { data } = await model.predictProba(x);
  const scores = (await model.decisionFunction(x)).data;
  const slopes = Array.from(data, (p, i) => Math.log(p / (1 - p)) / scores[i]);
  for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0], 2);
  expect(slopes[0]).toBeGreaterThan(0.5);
  model.dispose();
});

it('weighs rows by the mean of their labels’ weights', async () => {
  const model = new KernelLogisticRegression<string[]>({ ...options, solver: 'newton' });
  const factor = { far: 3, high: 1, left: 2 } as Record<string, number>;
  const sampleWeight = y.map((own) =>
    own.length === 0 ? 1 : own.reduce((sum, name) => sum + factor[name], 0) / own.length,
  );
  await model.fit(x, y, { sampleWeight });
  const expected = (await model.decisionFunction(x)).data;
  await model.fit(x, y, { classWeight: factor });
  expect(maxAbsDifference((await model.decisionFunction(x)).data, expected)).toBeLessThan(1e-5);
  await model.fit(x, y, { classWeight: 'balanced' });
  await expect(model.fit(x, y, { classWeight: { near: 1 } })).rejects.toThrow('Received: near.');
  model.dispose();
});

it('learns from more rows, and from labels that were not there before', async () => {
  const exact = new KernelRidge<string[]>({ ...options, solver: 'direct' });
  await exact.partialFit(
    x.slice(0, 40),
    y.slice(0, 40).map((own) => own.filter((n) => n !== 'left')),
  );
  expect(exact.classes).toEqual(['far', 'high']);
  await exact.partialFit(x.slice(40), y.slice(40));
  expect(exact.classes).toEqual(names);
  const whole = new KernelRidge<string[]>({ ...options, solver: 'direct' });
  const seen = y.map((own, row) => (row < 40 ? own.filter((n) => n !== 'left') : own));
  await whole.fit(x, seen);
  const parts = (await exact.decisionFunction(x)).data;
  expect(maxAbsDifference(parts, (await whole.decisionFunction(x)).data)).toBeLessThan(1e-3);
  const steps = new KernelLogisticRegression<string[]>({
    ...{ ...options, solver: 'adam', learningRate: 0.05, batchSize: 8 },
  });
  for (let i = 0; i < 20; i++) await steps.partialFit(x, flags, { classes: names });
  expect(steps.classes).toEqual(names);
  expect(await steps.score(x, y)).toBeGreaterThan(0.8);
  for (const one of [exact, whole, steps]) one.dispose();
});

it('reads streams and tables', async () => {
  const batches = (target: readonly unknown[]) => ({
    async *[Symbol.asyncIterator]() {
      for (let from = 0; from < 90; from += 30) {
        yield { x: x.slice(from, from + 30), y: target.slice(from, from + 30) as string[][] };
      }
    },
  });
  const whole = new KernelRidge<string[]>(options);
  await whole.fit(x, y);
  const expected = (await whole.decisionFunction(x)).data;
  for (const fitOptions of [{}, { classes: names }]) {
    const model = new KernelRidge<string[]>(options);
    await model.fit(batches(y), fitOptions);
    expect(model.classes).toEqual(names);
    expect(maxAbsDifference((await model.decisionFunction(x)).data, expected)).toBeLessThan(1e-3);
    model.dispose();
  }
  const named = new KernelRidge<string[]>({ ...options, task: multilabel({ labels: names }) });
  await named.fit(batches(flags));
  expect(maxAbsDifference((await named.decisionFunction(x)).data, expected)).toBeLessThan(1e-3);
  const table = Table.fromRows(x.map(([a, b], i) => ({ a, b, side: i % 2 ? 'odd' : 'even' })));
  const tabular = new KernelSVM<string[]>({ task: 'multilabel', outputDim: 64, l2: 1e-4 });
  await tabular.fit(table, y);
  expect(await tabular.score(table, y)).toBeGreaterThan(0.8);
  for (const one of [whole, named, tabular]) one.dispose();
});

it('is selected and cross-validated, by heads, sums and whole networks', async () => {
  const model = new KernelRidge<string[]>(options);
  const { mean, predictions } = await crossValidate(model, x, y, {
    ...{ folds: 3, returnPredictions: true, scoring: 'f1Micro' },
  });
  expect(mean).toBeGreaterThan(0.8);
  expectTypeOf(predictions).toEqualTypeOf<readonly string[][] | undefined>();
  const right = predictions?.filter((own, row) => own.join() === y[row].join()).length ?? 0;
  expect(right / 90).toBeGreaterThan(0.6);
  const heads = new KernelLogisticRegression<string[]>({
    ...{ ...options, task: multilabel({ threshold: 'f1' }) },
  });
  const grid = { l2: [1e-4, 10] };
  const { best, params } = await gridSearch(heads, grid, x, y, {
    folds: 3,
    scoring: 'f1Macro',
  });
  expect(params).toEqual({ l2: 1e-4 });
  expect((await best.predict(x)).flat()).toContain('far');
  const network = new KernelSVM<string[]>({
    ...{ ...options, loss: 'squaredHinge', solver: 'fit', epochs: 30, learningRate: 0.05 },
  });
  const whole = await crossValidate(network, x, y, { folds: 2, scoring: 'negHammingLoss' });
  expect(whole.mean).toBeGreaterThan(-0.25);
  for (const one of [model, heads, best, network]) one.dispose();
});

it('says what it does not take', async () => {
  const model = new KernelSVM<string[]>(options);
  await expect(model.fit(x, x.map(() => 'one') as never)).rejects.toThrow(
    '`y` must hold an array of names for each row. Received: string in row 0.',
  );
  await expect(
    model.fit(
      x,
      x.map(() => ['one']),
    ),
  ).rejects.toThrow(
    "`y` must hold at least two labels; for one, use the task 'classification'. Received: 'one'.",
  );
  await expect(
    model.fit(
      x,
      x.map(() => [1, 2]),
    ),
  ).rejects.toThrow('`y` must hold 0 and 1 only. Received: 2 in row 0.');
  await expect(
    model.fit(
      x,
      x.map((_, i) => (i === 4 ? [0] : [0, 1])),
    ),
  ).rejects.toThrow('`y` must have 2 columns in each row. Received: 1 in row 4.');
  await expect(
    model.fit(
      x,
      x.map((_, i) => ['a', i === 5 ? (7 as never) : 'b']),
    ),
  ).rejects.toThrow('`y` must hold names, which are strings. Received: number in row 5.');
  const fixed = new KernelSVM<string[]>({ ...options, task: multilabel({ labels: ['a', 'b'] }) });
  await expect(fixed.fit(x, y)).rejects.toThrow('`y` must hold labels that are known (a, b).');
  await expect(fixed.fit(x, flags)).rejects.toThrow(
    '`y` must have one column per label, 2. Received: 3.',
  );
  expect(() => new KernelSVM({ task: 'multilabel', loss: 'softmaxCrossEntropy' })).toThrow(
    '`loss` must be one for each output by itself',
  );
  expect(() => multilabel({ labels: ['a'] })).toThrow('`labels` must be two or more');
  expect(() => multilabel({ threshold: 1 })).toThrow(
    "`threshold` must be 'f1' or lie between 0 and 1",
  );
  expect(() => multilabel({ treshold: 1 } as never)).toThrow('must be among');
  const stranger = new KernelModel({
    ...options,
    loss: 'logistic',
    task: multilabel({ threshold: { near: 0.4 } }),
  });
  await stranger.fit(x, y as never);
  await expect(stranger.predict(x)).rejects.toThrow(
    "`threshold` must name labels that are there. Received: 'near'.",
  );
  for (const one of [model, fixed, stranger]) one.dispose();
});

describe('texts of several names', () => {
  const texts = y.map((own) => own.join('; '));
  const task = multilabel({ separator: ';' });

  it('are what their names are, as an array and in the column of a table', async () => {
    await expectNoLeak(async () => {
      const model = new KernelModel<string[]>(options);
      const split = new KernelModel<string[]>({ ...options, task });
      await model.fit(x, y);
      const expected = (await model.predictProba(x)).data;
      await split.fit(x, texts as never);
      expect(split.classes).toEqual(names);
      expect((await split.predictProba(x)).data).toEqual(expected);
      const rows = x.map(([a, b], i) => ({ a, b, tags: texts[i] }));
      const table = Table.fromRows(rows, { columns: { tags: 'text' } });
      await split.fit(table, 'tags');
      const score = await split.score(table, 'tags');
      const { mean } = (await crossValidate(split, table, 'tags', { scoring: 'f1Micro' })) as {
        mean: number;
      };
      expect(score).toBeGreaterThan(0.9);
      expect(mean).toBeGreaterThan(0.8);
      model.dispose();
      split.dispose();
    });
  });

  it('are split by a loaded model, and learned from', async () => {
    const model = new KernelModel<string[]>({
      ...{ features: features(), task, loss: 'meanSquaredError', solver: 'direct', l2: 1e-4 },
    });
    await model.fit(x, texts as never);
    const loaded = (await KernelModel.load(await savedBy(model))) as KernelModel<string[]>;
    expect(await loaded.score(x, texts as never)).toBe(await model.score(x, y));
    await model.partialFit(x, texts.map((text) => `${text};new`) as never);
    expect(model.classes).toEqual([...names, 'new']);
    model.dispose();
    loaded.dispose();
  });

  it('are refused without a separator, which is a text', async () => {
    const model = new KernelModel<string[]>(options);
    await expect(model.fit(x, texts as never)).rejects.toThrow('must hold an array of names');
    model.dispose();
    expect(() => multilabel({ separator: '' })).toThrow('`separator` must be a text');
    expect(() => multilabel({ separator: 1 as never })).toThrow('`separator` must be a text');
  });

  it('name each label once, without spaces', () => {
    expect(splitLabels(' a b ;c;;a b', ';')).toEqual(['a b', 'c']);
    expect(splitLabels('', ';')).toEqual([]);
  });
});
