import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { KernelModel, type KernelModelOptions } from '../index.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

afterEach(() => vi.restoreAllMocks());

const x = Array.from({ length: 50 }, (_, i) => [Math.sin(i), Math.cos(i)]);
const y = x.map(([a]) => (a > 0 ? 'right' : 'left'));
const common: KernelModelOptions = { outputDim: 8, scale: 1, epochs: 200, batchSize: 50 };
const solvers: [string, KernelModelOptions][] = [
  ['adam', { ...common, loss: 'hinge', solver: 'adam' }],
  ['sgd', { ...common, loss: 'hinge', solver: 'sgd' }],
  ['eigenpro', { ...common, loss: 'squaredHinge', solver: 'eigenpro' }],
  ['a whole network', { ...common, loss: 'hinge', solver: 'fit' }],
];

/** Fits 200 epochs under a clock, and counts how often the event loop was given a turn. */
async function countTurns(options: KernelModelOptions, now: () => number) {
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  const setImmediate = vi.spyOn(globalThis, 'setImmediate');
  vi.spyOn(performance, 'now').mockImplementation(now);
  // Whoever yields shares one memory of the last turn: it is of this clock then.
  await eventLoopYielder().take();
  setImmediate.mockClear();
  const model = new KernelModel(options);
  const { history } = await model.fit(x, y, { validationSplit: 0.2 });
  const counts = { timers: setTimer.mock.calls.length, turns: setImmediate.mock.calls.length };
  vi.restoreAllMocks();
  model.dispose();
  expect(history).toHaveLength(200);
  return counts;
}

describe.each(solvers)('few rows by %s', (_, options) => {
  it('wait for no timer, however many epochs they take', async () => {
    // Time stands still: whoever yields then yields by epochs or steps.
    expect(await countTurns(options, () => 0)).toEqual({ timers: 0, turns: 0 });
  });

  it('leave the event loop a turn whenever 25 ms are over', async () => {
    let time = 0;
    const { timers, turns } = await countTurns(options, () => (time += 10));
    expect(timers).toBe(0);
    // Two looks at the clock or so an epoch: 200 epochs take seconds of this clock.
    expect(turns).toBeGreaterThan(100);
  });
});
