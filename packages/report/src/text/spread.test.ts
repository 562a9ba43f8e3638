import { expect, it } from 'vitest';
import { spreadOf } from './spread.ts';

it('tells how numbers lie', () => {
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([3])).toEqual({ n: 1, mean: 3, deviation: 0, median: 3, low: 3, high: 3 });
  expect(spreadOf([10, 2])).toMatchObject({ n: 2, mean: 6, median: 6, low: 2, high: 10 });
  // NIST's NumAcc1: a small deviation on a large mean.
  const spread = spreadOf([10_000_001, 10_000_003, 10_000_002]);
  expect(spread).toMatchObject({ mean: 10_000_002, deviation: 1, median: 10_000_002 });
});
