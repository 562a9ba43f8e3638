import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fakeRun } from './fake-runs.ts';
import { meanAccuracy, testedBySeed } from './tested-by-seed.ts';

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

it('gives equal numbers of right answers one mean, whatever their order', () => {
  // Two hundredths of the float's last digit apart when they are summed.
  const [a, b] = [
    [0.0852, 0.0853],
    [0.0853, 0.0852],
  ].map((accuracies) =>
    meanAccuracy(accuracies.map((accuracy) => ({ accuracy, testRows: 10_000 }))),
  );
  expect(a).toBe(b);
  expect(a).toBe(1705 / 20_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60_000 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
      (testRows, shares) => {
        const right = shares.map((share) => Math.round(share * testRows));
        const total = right.reduce((sum, n) => sum + n, 0);
        const mean = (counts: readonly number[]) =>
          meanAccuracy(counts.map((n) => ({ accuracy: n / testRows, testRows })));
        expect(mean(right)).toBe(mean(right.toReversed()));
        expect(mean(right)).toBeCloseTo(total / (testRows * right.length), 12);
        // The same number of right answers, spread in another way.
        const even = right.map((_, i) => Math.floor((total + i) / right.length));
        expect(mean(even)).toBe(mean(right));
      },
    ),
  );
});
