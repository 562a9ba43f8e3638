import '@kernel-methods/backend-simd';
import { KernelRidge } from '@kernel-methods/models';
import { describe, expect, it } from 'vitest';
import { distributedCalls } from './distributed-calls.ts';
import { distributedFit } from './distributed-fit.ts';
import { sampleShards } from './sample-shards.ts';
import { startWorker } from './start-worker.ts';

let opened = 0;
const rows = () => {
  opened++;
  return [{ x: [[0], [1], [2]], y: [0, 1, 2] }];
};
const modules = { rows: { rows } };
const shards = [{ module: 'rows', function: 'rows' }];

/** Options of whatever runs on machines, and what is said of them. */
const ofMachines: [object, string][] = [
  [{ connection: 7 }, '`connection` must be'],
  [{ queue: '' }, '`queue` must be 1 to 100 letters, digits, dots'],
  [{ name: 'a b' }, '`name` must be 1 to 100 letters, digits, dots'],
  [{ workers: 0 }, '`workers` must be a whole number, 1 or above. Received: 0.'],
  [{ lease: 0.5 }, '`lease` must be a whole number from 1 to 2147483647. Received: 0.5.'],
  [{ lease: 2 ** 31 }, '`lease` must be a whole number from 1 to 2147483647.'],
  [{ grace: Number.NaN }, '`grace` must be a whole number from 1 to 2147483647. Received: NaN.'],
  [{ grace: 29_999 }, '`grace` must be `lease`, 30000, or more. Received: 29999.'],
  [{ lease: 500, grace: 499 }, '`grace` must be `lease`, 500, or more. Received: 499.'],
  [{ onError: 'ignore' }, "`onError` must be 'fail' or 'skip'. Received: 'ignore'."],
  [{ retries: -1 }, '`retries` must be a whole number, 0 or above. Received: -1.'],
  [{ retries: '2' }, '`retries` must be a whole number, 0 or above.'],
  [{ modules: [] }, '`modules` must be an object'],
  [{ signal: {} }, '`signal` must be an AbortSignal'],
  [{ onProgress: 1 }, '`onProgress` must be a function'],
];
const ofShards: [object, string][] = [
  [{ sampleRows: 0 }, '`sampleRows` must be a whole number, 1 or above. Received: 0.'],
  [{ onSkip: true }, '`onSkip` must be a function'],
  [{ target: 3 }, '`target` must be the name of a column. Received: number.'],
];
const ofCalls: [object, string][] = [[{ onResult: {} }, '`onResult` must be a function']];
const ofFit: [object, string][] = [
  [{ validationData: [[[1]]] }, '`validationData` must be [x, y].'],
  [{ verbose: 2 }, '`verbose` must be 0, 1, true or false. Received: 2.'],
  [{ callbacks: {} }, '`callbacks` must be an array of objects'],
  [{ onEpochEnd: 'x' }, '`onEpochEnd` must be a function'],
];

describe('options are refused before any work', () => {
  const nowhere = 'redis://127.0.0.1:1';
  const refused = async (
    run: (options: object) => Promise<unknown>,
    options: object,
    message: string,
  ) => {
    opened = 0;
    // The same here and on machines, where not even a connection is tried.
    for (const place of [{ modules }, { connection: nowhere }]) {
      await expect(run({ ...place, ...options })).rejects.toThrow(message);
    }
    expect(opened).toBe(0);
  };

  it.each([...ofMachines, ...ofShards, ...ofFit])('by distributedFit, %j', (options, message) =>
    refused((all) => distributedFit(new KernelRidge(), shards, all), options, message),
  );

  it.each([...ofMachines, ...ofShards])('by sampleShards, %j', (options, message) =>
    refused((all) => sampleShards(shards, all), options, message),
  );

  it.each([...ofMachines, ...ofCalls])('by distributedCalls, %j', (options, message) =>
    refused(
      (all) => distributedCalls({ module: 'rows', function: 'rows', arguments: [1] }, all),
      options,
      message,
    ),
  );

  it.each([
    [{ lease: 0 }, '`lease` must be a whole number from 1 to 2147483647. Received: 0.'],
    [{ sendEvery: 0 }, '`sendEvery` must be a positive finite number. Received: 0.'],
    [{ memoryBudget: -1 }, '`memoryBudget` must be a finite number, 0 or above. Received: -1.'],
    [{ modules: 'rows' }, '`modules` must be an object. Received: string.'],
    [{ onFit: 1 }, '`onFit` must be a function. Received: number.'],
  ] as [object, string][])('by startWorker, %j', async (options, message) => {
    await expect(startWorker({ connection: nowhere, ...options })).rejects.toThrow(message);
  });
});
