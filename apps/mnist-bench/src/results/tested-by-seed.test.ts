import { expect, it } from 'vitest';
import { fakeRun } from './fake-runs.ts';
import { testedBySeed } from './tested-by-seed.ts';

it('takes the mean of the repeats of a seed', () => {
  const tested = testedBySeed([
    fakeRun({ seed: 3, accuracy: 0.9, checksum: 'a' }),
    fakeRun({ seed: 3, repeat: 1, accuracy: 0.8, checksum: 'b', testRows: 50 }),
    fakeRun({ seed: 1, accuracy: 0.7 }),
    fakeRun({ seed: 4, accuracy: null }),
    fakeRun({ seed: 5, status: 'failed' }),
  ]);
  expect([...tested]).toEqual([
    [3, { accuracy: expect.closeTo(0.85), testRows: 50, checksums: ['a', 'b'] }],
    [1, { accuracy: 0.7, testRows: 10_000, checksums: ['abc'] }],
  ]);
});
