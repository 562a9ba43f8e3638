import '@tensorflow/tfjs-backend-cpu';
import { identity } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { crossValidate, KernelRidge, KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const x = [[0], [1], [2], [3], [10], [11], [12], [13]];
const y = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];

it('probabilities between two heaps of rows are neither 0 nor 1', async () => {
  const ridge = new KernelRidge<string>({ task: 'classification' });
  await ridge.fit(x, y);
  const { data } = await ridge.predictProba([[6.4], [6.6]]);
  for (const p of data) {
    expect(p).toBeGreaterThan(0.05);
    expect(p).toBeLessThan(0.95);
  }
  const predicted = await ridge.predict([[6.4], [6.6]]);
  expect(predicted).toEqual([0, 1].map((row) => (data[2 * row] > data[2 * row + 1] ? 'a' : 'b')));
  ridge.dispose();
});

it('labels that were not seen in training count as wrong, and are told of', async () => {
  const svm = new KernelRidge<string>({ task: 'classification', features: identity(), l2: 1e-3 });
  await svm.fit(x, y);
  const { accuracy, unseen, loss } = await svm.evaluate([[0], [13], [5]], ['a', 'b', 'c']);
  expect(accuracy).toBeCloseTo(2 / 3, 12);
  expect(unseen).toEqual({ labels: ['c'], rows: 1 });
  expect(Number.isFinite(loss)).toBe(true);
  expect(await svm.score([[0], [5]], ['a', 'c'])).toBe(0.5);
  expect(await svm.predict([])).toEqual([]);
  svm.dispose();
});

it('balanced class weights count sample weights: as if the rows were repeated', async () => {
  const weights = [0, 1, 2, 3, 4, 5, 6, 7];
  const rows = weights.flatMap((count, i) => Array.from({ length: count }, () => i));
  const options = { task: 'classification', features: identity(), l2: 1e-2 } as const;
  const [weighted, repeated] = [new KernelRidge<string>(options), new KernelRidge<string>(options)];
  const uneven = ['a', 'b', 'a', 'a', 'b', 'a', 'b', 'b'];
  await weighted.fit(x, uneven, { sampleWeight: weights, classWeight: 'balanced' });
  await repeated.fit(
    rows.map((i) => x[i]),
    rows.map((i) => uneven[i]),
    { classWeight: 'balanced' },
  );
  const [a, b] = [await weighted.decisionFunction(x), await repeated.decisionFunction(x)];
  a.data.forEach((value, i) => {
    expect(value).toBeCloseTo(b.data[i], 4);
  });
  for (const model of [weighted, repeated]) model.dispose();
});

it('folds may be plain arrays', async () => {
  const ridge = new KernelRidge<string>({ task: 'classification', features: identity(), l2: 1e-3 });
  const folds = [
    { train: [0, 1, 4, 5], test: [2, 3, 6, 7] },
    { train: [2, 3, 6, 7], test: [0, 1, 4, 5] },
  ];
  expect((await crossValidate(ridge, x, y, { folds })).mean).toBe(1);
  await expect(
    crossValidate(ridge, x, y, { folds: [{ train: [0, 4.5], test: [1] }] }),
  ).rejects.toThrow('Received: 4.5 in `train` of fold 0.');
});

it.each([
  ['C', '`l2`: l2 = 1 / (C · rows)'],
  ['gamma', '`scale`: scale = gammaToScale(gamma)'],
  ['kernel', "`features`: features: 'gaussian'"],
  ['probability', '`predictProba` is always there'],
])('the option %s of other libraries is told by its name here', (name, told) => {
  expect(() => new KernelSVM({ [name]: 1 } as object)).toThrow(`Received: ${name}. Here that is`);
  expect(() => new KernelSVM({ [name]: 1 } as object)).toThrow(told);
});
