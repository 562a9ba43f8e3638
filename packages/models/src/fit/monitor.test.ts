import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { type FitOptions, KernelModel, type KernelModelOptions, KernelSVM } from '../index.ts';
import { Monitor } from './monitor.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(30);
const quick: KernelModelOptions = { outputDim: 8, scale: 1, epochs: 3, batchSize: 10 };

async function fit(fitOptions: FitOptions, options = quick) {
  const model = new KernelModel({ loss: 'hinge', ...options });
  try {
    const result = await model.fit(x, labels, fitOptions);
    return { ...result, scores: (await model.decisionFunction(x)).data };
  } finally {
    model.dispose();
  }
}

it('tells callbacks of all that happens, in order', async () => {
  const told: string[] = [];
  const of = (name: string) => ({
    onFitBegin: () => void told.push(`${name} begin`),
    onEpochEnd: ({ epoch }: { epoch: number }) => void told.push(`${name} ${epoch}`),
    onFitEnd: async ({ stopped }: { stopped: string }) => void told.push(`${name} ${stopped}`),
  });
  const onEpochEnd = ({ epoch }: { epoch: number }) => void told.push(`mine ${epoch}`);
  const { epochs } = quick;
  const { history } = await fit({ callbacks: [of('a'), {}, of('b')], onEpochEnd });
  const each = Array.from({ length: epochs as number }, (_, i) => [
    `mine ${i + 1}`,
    `a ${i + 1}`,
    `b ${i + 1}`,
  ]);
  expect(told).toEqual(['a begin', 'b begin', ...each.flat(), 'a epochs', 'b epochs']);
  expect(history).toHaveLength(3);
});

it('keeps the `this` of a callback, and sends it progress', async () => {
  class Counter {
    steps = 0;
    onProgress() {
      this.steps++;
    }
  }
  const counter = new Counter();
  await fit({ callbacks: [counter] });
  expect(counter.steps).toBeGreaterThan(0);
});

it('ends when a callback says false, also later, and not when it says nothing', async () => {
  const callbacks = [{ onEpochEnd: async ({ epoch }: { epoch: number }) => epoch < 2 }];
  const { stopped, history } = await fit({ callbacks });
  expect([stopped, history.length]).toEqual(['callback', 2]);
  expect((await fit({ callbacks: [{ onEpochEnd: () => 0 }] })).stopped).toBe('epochs');
});

it.each<[string, KernelModelOptions, FitOptions]>([
  ['adam', quick, { validationSplit: 0.2 }],
  ['a whole network', { ...quick, solver: 'fit' }, {}],
])('verbose writes a line an epoch: %s', async (_, options, fitOptions) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await fit({ ...fitOptions, verbose: 1 }, options);
    const lines = log.mock.calls.map(([line]) => line as string);
    expect(lines).toHaveLength(3);
    const validated = fitOptions.validationSplit ? '  valLoss [\\d.]+  valAccuracy [\\d.]+' : '';
    const line = new RegExp(`^epoch 2  loss [\\d.]+  accuracy [\\d.]+${validated}  [\\d.]+ s$`);
    expect(lines[1]).toMatch(line);
    log.mockClear();
    for (const verbose of [0, false, undefined] as const) await fit({ verbose }, options);
    expect(log).not.toHaveBeenCalled();
  } finally {
    log.mockRestore();
  }
});

describe('early stopping', () => {
  // No loss gets better by so much, so that the first epoch is the best.
  const earlyStopping = { minDelta: 1e6, patience: 1 };

  it.each<[string, KernelModelOptions]>([
    ['adam', quick],
    ['sgd', { ...quick, solver: 'sgd' }],
    ['a whole network', { ...quick, solver: 'fit' }],
  ])('keeps the weights of the best epoch: %s', async (_, options) => {
    const one = await fit({ epochs: 1 }, options);
    const stopped = await fit({ earlyStopping, epochs: 9 }, options);
    expect([stopped.stopped, stopped.history.length]).toEqual(['early stopping', 2]);
    expect(stopped.scores).toEqual(one.scores);
    // Also where all epochs are done, or a callback ends them.
    const done = await fit({ earlyStopping: { ...earlyStopping, patience: 9 } }, options);
    expect([done.stopped, done.history.length]).toEqual(['epochs', 3]);
    expect(done.scores).toEqual(one.scores);
    const callbacks = [{ onEpochEnd: ({ epoch }: { epoch: number }) => epoch < 3 }];
    const left = await fit(
      { earlyStopping: { ...earlyStopping, patience: 5 }, callbacks, epochs: 9 },
      options,
    );
    expect([left.stopped, left.history.length]).toEqual(['callback', 3]);
    expect(left.scores).toEqual(one.scores);
    const last = await fit({ earlyStopping: { ...earlyStopping, restoreBest: false } }, options);
    expect(last.scores).toEqual((await fit({ epochs: 2 }, options)).scores);
  });

  it('leaves exact solvers alone', async () => {
    const exact: KernelModelOptions = { ...quick, loss: 'meanSquaredError', solver: 'direct' };
    const { stopped, scores } = await fit({ earlyStopping: true }, exact);
    expect(stopped).toBe('exact');
    expect(scores).toEqual((await fit({}, exact)).scores);
  });
});

it.each<[object, string]>([
  [{ verbose: 2 }, '`verbose` must be 0, 1, true or false. Received: 2.'],
  [
    { callbacks: {} },
    '`callbacks` must be an array of objects such as { onEpochEnd }. Received: O',
  ],
  [{ callbacks: [5] }, '`callbacks` must be an array of objects'],
  [{ earlyStopping: { monitor: 'valLoss' } }, '`earlyStopping.monitor` must be one of loss, accu'],
  [{ earlyStopping: 'yes' }, '`earlyStopping` must be true or an object. Received: string.'],
  [{ earlyStopping: { patience: 1.5 } }, '`patience` must be a whole number'],
])('refuses %o', async (options, message) => {
  const svm = new KernelSVM(quick);
  await expect(svm.fit(x, labels, options)).rejects.toThrow(message);
  await expect(svm.predict(x)).rejects.toThrow('is not fitted yet');
});

it('an error of any callback ends the fit', async () => {
  const fail = () => {
    throw new Error('mine');
  };
  for (const name of ['onFitBegin', 'onEpochEnd', 'onProgress', 'onFitEnd']) {
    await expect(fit({ callbacks: [{ [name]: fail }] })).rejects.toThrow('mine');
  }
});

it('knows only what it is told', async () => {
  const monitor = new Monitor<number>({}, false, true);
  monitor.onProgress({ phase: 'train', epoch: 1, epochs: 1, step: 1, steps: 1 });
  expect(monitor.hasLearned).toBe(false);
  const record = { epoch: 1, loss: 1, seconds: 0 };
  expect(await monitor.onEpochEnd(record, async () => 1)).toBeUndefined();
  expect(monitor.hasLearned).toBe(true);
  expect(monitor.best).toBeUndefined();
});
