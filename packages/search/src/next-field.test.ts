import { expect, it } from 'vitest';
import { nextField } from './next-field.ts';
import type { Score } from './score.ts';

/** Scores of machines that take a second each, the best first. */
const found = Array.from({ length: 30 }, (_, i): Score => {
  const machine = { map: 'identity', loss: 'hinge', solver: 'smo', c: i + 1 } as const;
  return { machine, mean: -i, deviation: 0, rows: 100, folds: 5, seconds: 1 };
});
const sizeOf = (divisions: number, seconds: number, some = found) => {
  const field = nextField(some, { divisions, seconds });
  expect(field.machines).toEqual(some.slice(0, field.machines.length).map((one) => one.machine));
  return [field.machines.length, field.divisions];
};

it('goes on with the best third, and as many divisions as it may', () => {
  expect(sizeOf(6, Infinity)).toEqual([10, 6]);
  expect(sizeOf(6, 60)).toEqual([10, 6]);
});

it('has fewer machines where time is short, then fewer divisions', () => {
  expect(sizeOf(6, 59)).toEqual([9, 6]);
  expect(sizeOf(6, 24)).toEqual([4, 6]);
  expect(sizeOf(6, 23)).toEqual([4, 5]);
  expect(sizeOf(6, 8)).toEqual([4, 2]);
  // There is always something to go on with.
  expect(sizeOf(6, 0)).toEqual([4, 2]);
});

it('does not count the time of other rows than before', () => {
  expect(sizeOf(1, 0)).toEqual([10, 1]);
});

it('has all of a few', () => {
  expect(sizeOf(6, Infinity, found.slice(0, 3))).toEqual([3, 6]);
});
