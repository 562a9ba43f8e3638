import { describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { fakeRun } from './fake-runs.ts';
import { summarize } from './summarize.ts';

describe('summarize', () => {
  it('counts the repeats of a seed once in the accuracy, and all in time and memory', () => {
    const [row, ...others] = summarize([
      fakeRun({ seed: 0, repeat: 0, accuracy: 0.9, processSeconds: 10, memory: 1 }),
      fakeRun({ seed: 0, repeat: 1, accuracy: 0.9, processSeconds: 14, memory: 2 }),
      fakeRun({ seed: 0, repeat: 2, accuracy: 0.9, processSeconds: 11, memory: 6 }),
      fakeRun({ seed: 1, accuracy: 0.8, processSeconds: 12, memory: 3 }),
    ]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ runs: 4, failures: [], front: true });
    expect(row.accuracy).toMatchObject({ n: 2, median: expect.closeTo(0.85), low: 0.8, high: 0.9 });
    expect(row.accuracy?.mean).toBeCloseTo(0.85, 12);
    expect(row.accuracy?.deviation).toBeCloseTo(0.1 / Math.SQRT2, 12);
    expect(row.seconds).toMatchObject({ n: 4, median: 11.5, low: 10, high: 14 });
    expect(row.memory).toMatchObject({ n: 4, mean: 3, median: 2.5 });
  });

  it('takes the last record of a key', () => {
    const failed = fakeRun({ status: 'timeout', reason: 'longer than 5 s' });
    expect(summarize([failed, fakeRun()])).toMatchObject([{ runs: 1, failures: [] }]);
    expect(summarize([fakeRun(), failed])).toMatchObject([
      { runs: 0, failures: ['longer than 5 s'], accuracy: null, seconds: null, memory: null },
    ]);
  });

  it('tells variants apart by their settings too', () => {
    const config = complete({ outputDim: 512 });
    const rows = summarize([
      fakeRun(),
      fakeRun({ seed: 1, config }),
      fakeRun({ variant: 'other', seed: 1 }),
      fakeRun({ system: 'keras', config: { epochs: 20 } }),
    ]);
    expect(rows.map(({ variant, runs }) => [variant, runs])).toEqual([
      ['gaussian, hinge', 1],
      ['gaussian, hinge', 1],
      ['other', 1],
      ['gaussian, hinge', 1],
    ]);
  });

  it('draws a front a data set, of those with accuracy and time', () => {
    const rows = summarize([
      fakeRun({ variant: 'good', accuracy: 0.98, processSeconds: 10 }),
      fakeRun({ variant: 'slower', accuracy: 0.97, processSeconds: 11 }),
      fakeRun({ variant: 'as good', accuracy: 0.98, processSeconds: 10 }),
      fakeRun({ variant: 'fast', accuracy: 0.9, processSeconds: 1 }),
      fakeRun({ variant: 'untested', accuracy: null, processSeconds: 0.5 }),
      fakeRun({ variant: 'failed', status: 'failed', reason: 'no' }),
      fakeRun({
        variant: 'fashion',
        accuracy: 0.88,
        processSeconds: 12,
        dataset: 'fashion-mnist',
        config: complete({ dataset: 'fashion-mnist' }),
      }),
    ]);
    expect(rows.filter(({ front }) => front).map(({ variant }) => variant)).toEqual([
      'good',
      'as good',
      'fast',
      'fashion',
    ]);
    expect(rows[4].accuracy).toBeNull();
  });
});
