import { expect, it } from 'vitest';
import type { RunRecord } from '../records/run-record.ts';
import { fakeRun } from './fake-runs.ts';
import { dataText } from './remarks.ts';

const on = (dataset: string, train: number): RunRecord => {
  const run = fakeRun({ dataset });
  const rows = { train, validation: 0, test: 10 };
  return { ...run, outcome: { ...run.outcome!, dataset: { ...run.outcome!.dataset!, rows } } };
};

it('names each data set once, with the fewest and the most rows', () => {
  const records = [on('MNIST', 48_000), on('synthetic digits', 800), on('MNIST', 9600)];
  expect(dataText({ records })).toBe(
    'MNIST (9,600–48,000 training rows), synthetic digits (800 training rows)',
  );
});

it('is empty where no run tells it', () => {
  expect(dataText({ records: [fakeRun({ status: 'failed' })] })).toBe('');
});
