import '@tensorflow/tfjs-backend-cpu';
import { gaussian, randomFourierFeatures } from '@kernel-methods/features';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { direct, KernelLogisticRegression, KernelModel, KernelRidge, KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const x = Array.from({ length: 12 }, (_, i) => [(i % 2) + i / 100, i / 12]);
const labels = x.map((_, i) => (i % 2 ? 'odd' : 'even'));
const numbers = x.map(([a]) => a);
const quick = { outputDim: 8, scale: 1, epochs: 3, batchSize: 4 };

describe('a fit that is stopped', () => {
  it('before it began leaves the model as it was', async () => {
    const svm = new KernelSVM(quick);
    const fit = () => svm.fit(x, labels, { signal: AbortSignal.abort(new Error('early')) });
    await expect(expectNoLeak(fit)).rejects.toThrow('early');
    await expect(svm.predict(x)).rejects.toThrow('is not fitted yet');
    await svm.fit(x, labels);
    const before = await svm.decisionFunction(x);
    await expect(fit()).rejects.toThrow('early');
    expect(await svm.decisionFunction(x)).toEqual(before);
    svm.dispose();
  });

  it.each(['adam', 'fit'] as const)('at the end of its last epoch says so: %s', async (solver) => {
    const svm = new KernelSVM({ ...quick, solver });
    const controller = new AbortController();
    const onEpochEnd = ({ epoch }: { epoch: number }) => {
      if (epoch === quick.epochs) controller.abort(new Error('late'));
    };
    const fit = svm.fit(x, labels, { signal: controller.signal, onEpochEnd });
    await expect(fit).rejects.toThrow('late');
    expect(await svm.predict(x)).toHaveLength(12);
    svm.dispose();
  });

  it('by dispose leaves nothing behind, and the model can be fitted again', async () => {
    const svm = new KernelSVM(quick);
    const fit = () => svm.fit(x, labels, { onEpochEnd: () => svm.dispose() });
    await expect(expectNoLeak(fit)).rejects.toThrow('was disposed of while it was being fitted');
    await expect(svm.predict(x)).rejects.toThrow('is not fitted yet');
    await svm.fit(x, labels);
    expect(await svm.predict(x)).toHaveLength(12);
    svm.dispose();
  });

  it('by an error of a callback after an abort keeps nothing', async () => {
    const svm = new KernelSVM(quick);
    const controller = new AbortController();
    const onEpochEnd = () => {
      controller.abort();
      throw new Error('mine');
    };
    const fit = () => svm.fit(x, labels, { signal: controller.signal, onEpochEnd });
    await expect(expectNoLeak(fit)).rejects.toThrow('mine');
    await expect(svm.predict(x)).rejects.toThrow('is not fitted yet');
  });
});

it('leaves nothing behind when it fails', async () => {
  const { outputDim, scale, ...rest } = quick;
  const refuse = () => {
    throw new Error('no optimizer');
  };
  const head = randomFourierFeatures({ outputDim: 4, name: 'head' });
  const cases: [KernelModel, unknown, string][] = [
    [new KernelSVM({ ...quick, optimizer: refuse }), x, 'no optimizer'],
    [new KernelSVM({ ...rest, features: head }), x, 'names should be unique'],
    [
      new KernelSVM(quick),
      { data: new Float32Array(24), shape: [12, 1, 2] },
      '`features` must map a row to a vector.',
    ],
  ];
  for (const [model, rows, message] of cases) {
    await expect(expectNoLeak(() => model.fit(rows as never, labels))).rejects.toThrow(message);
  }
});

it('says so when the very last step diverges', async () => {
  const optimizer = () => tf.train.sgd(3e38);
  const ridge = new KernelRidge({ ...quick, epochs: 1, batchSize: 12, optimizer });
  const far = numbers.map((value) => 1e4 * value);
  await expect(expectNoLeak(() => ridge.fit(x, far))).rejects.toThrow(
    'the loss is no longer finite in epoch 1, after the last step.',
  );
});

it('lets rows kept for validation have no say in the training', async () => {
  const y = numbers.map((value, i) => (i < 9 ? value : 1000));
  const ridge = new KernelRidge(quick);
  const split = await ridge.fit(x, y, { validationSplit: 0.25 });
  const alone = await ridge.fit(x.slice(0, 9), y.slice(0, 9));
  ridge.dispose();
  expect(split.history.map(({ loss }) => loss)).toEqual(alone.history.map(({ loss }) => loss));
});

it.each([
  ['adam', 'adam'],
  ['sgd', 'sgd'],
  ['fit', 'fit'],
  ['newton', 'newton'],
  ['direct', direct({ accuracy: true })],
] as const)('counts rows by their weights, those of validation alike: %s', async (_, solver) => {
  const y = x.map((_, i) => (i % 5 < 2 ? 'a' : 'b'));
  const sampleWeight = x.map((_, i) => 1 + (i % 4) ** 2);
  // Mini-batches are counted before their step: this one moves nothing.
  const learningRate = solver === 'newton' || typeof solver === 'object' ? undefined : 1e-12;
  const model = new KernelModel({ ...quick, solver, learningRate, l2: 0.1 });
  const validationData = [x, y] satisfies [unknown, unknown];
  const { history } = await model.fit(x, y, { sampleWeight, validationData });
  const predicted = await model.predict(x);
  model.dispose();
  const share = (weights: number[]) => {
    const right = weights.map((weight, i) => (predicted[i] === y[i] ? weight : 0));
    return right.reduce((a, b) => a + b) / weights.reduce((a, b) => a + b);
  };
  const ones = x.map(() => 1);
  expect(share(ones)).not.toBeCloseTo(share(sampleWeight), 2);
  expect(history.at(-1)?.accuracy).toBeCloseTo(share(sampleWeight), 6);
  expect(history.at(-1)?.valAccuracy).toBeCloseTo(share(ones), 6);
});

it('calibrates probabilities on rows of every class, also where rows come sorted', async () => {
  const many = Array.from({ length: 4400 }, (_, i) => [i < 2200 ? 0 : 1]);
  // One label in ten is wrong in the second half: there a probability near 1 would be a lie.
  const y = many.map(([a], i) => (a === 1 && i % 10 !== 0 ? 'b' : 'a'));
  const svm = new KernelSVM({ ...quick, epochs: 3, batchSize: 100, learningRate: 0.02 });
  await svm.fit(many, y);
  const { data } = await svm.predictProba([[0], [1]]);
  svm.dispose();
  expect(data[3]).toBeGreaterThan(0.8);
  expect(data[3]).toBeLessThan(0.99);
});

it.each<[object, string]>([
  [{ validationSplit: 1e-17 }, 'a row to train on and one to validate on, of 12. Received: 1e-17.'],
  [{ validationData: 5 }, '`validationData` must be [x, y]. Received: number.'],
  [
    { validationData: [x.map((row) => [...row, 1]), labels] },
    '`validationData[0]` must have rows of the shape of `x`, [2]. Received: [3].',
  ],
  [{ signal: {} }, '`signal` must be an AbortSignal. Received: Object.'],
  [{ onEpochEnd: 5 }, '`onEpochEnd` must be a function. Received: number.'],
])('refuses %o', async (options, message) => {
  const svm = new KernelSVM(quick);
  await expect(expectNoLeak(() => svm.fit(x, labels, options))).rejects.toThrow(message);
});

it('refuses features that are no layer, and losses for classes in a regression', () => {
  for (const features of [5, null, [gaussian({ scale: 1 }), {}]] as never[]) {
    expect(() => new KernelModel({ features })).toThrow('`features` must be a kernel');
  }
  for (const Model of [KernelSVM, KernelLogisticRegression]) {
    expect(() => new Model({ task: 'regression' })).toThrow('`loss` must be one for numbers');
  }
});

it('says what to do with a path that is no URL', async () => {
  await expect(KernelSVM.load('some/folder')).rejects.toThrow(
    /No model can be loaded from 'some\/folder'.*is read by `fileSystem/,
  );
});
