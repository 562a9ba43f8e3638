import { atOnce } from '@kernel-methods/simd';
import { describe, expect, it } from 'vitest';
import { type ClassWeight, checkedWeights, rowWeights } from './weights.ts';

const indices = Int32Array.of(0, 1, 1, 2, 1, 0);
const classes = ['a', 'b', 'c'];
const targets = new Float32Array();
const weigh = (sample?: ArrayLike<number>, byClass?: ClassWeight) =>
  atOnce(rowWeights(6, sample, byClass, { classes, indices, targets }));

it('gives sample weight × class weight', () => {
  expect(weigh()).toBeUndefined();
  expect(weigh([1, 2, 3, 4, 5, 0])).toEqual(Float32Array.of(1, 2, 3, 4, 5, 0));
  const given = Float32Array.of(1, 2, 3, 4, 5, 0);
  expect(weigh(given, { a: 2, c: 0.5 })).toEqual(Float32Array.of(2, 2, 3, 2, 5, 0));
  expect(given[0]).toBe(1);
  expect(weigh(undefined, new Map([['b', 3]]))).toEqual(Float32Array.of(1, 3, 3, 1, 3, 1));
});

it('takes numbers and booleans by their names, or as they are in a Map', () => {
  const two = Int32Array.of(0, 1);
  for (const [labels, byClass] of [
    [[0, 10], { 10: 2 }],
    [[0, 10], new Map([[10, 2]])],
    [[false, true], { true: 2 }],
    [[false, true], new Map([[true, 2]])],
  ] as const) {
    const weights = atOnce(
      rowWeights(2, undefined, byClass, { classes: labels, indices: two, targets }),
    );
    expect(weights).toEqual(Float32Array.of(1, 2));
  }
});

it('balances to n / (classes · rows of the class), and lets the total as it is', () => {
  const balanced = weigh(undefined, 'balanced') as Float32Array;
  expect(Array.from(balanced)).toEqual(
    [2, 3, 3, 1, 3, 2].map((count) => Math.fround(6 / (3 * count))),
  );
  expect(balanced.reduce((sum, weight) => sum + weight)).toBeCloseTo(6, 5);
  // A class that is known and has no rows here.
  const two = Int32Array.of(0, 1);
  const known = atOnce(rowWeights(2, undefined, 'balanced', { classes, indices: two, targets }));
  expect(known).toEqual(Float32Array.of(2 / 3, 2 / 3));
});

describe('refuses', () => {
  it.each<[ArrayLike<number> | undefined, unknown, string]>([
    [[1], undefined, '`sampleWeight` must have one weight per row, 6. Received: 1.'],
    [
      5 as never,
      undefined,
      '`sampleWeight` must be an array of numbers, one per row. Received: nu',
    ],
    ['abcdef' as never, undefined, '`sampleWeight` must be an array of numbers'],
    [[1, 1, -1, 1, 1, 1], undefined, 'finite numbers, 0 or above. Received: -1 in row 2.'],
    [[1, 1, 1, 1, 1, Number.NaN], undefined, 'Received: NaN in row 5.'],
    [[1e39, 1, 1, 1, 1, 1], undefined, 'Received: 1e+39 in row 0.'],
    [['1', 1, 1, 1, 1, 1] as never, undefined, 'Received: 1 in row 0.'],
    [[0, 0, 0, 0, 0, 0], undefined, 'must leave a row with a weight above 0. Received: none.'],
    [undefined, { a: 0, b: 0, c: 0 }, 'must leave a row with a weight above 0. Received: none.'],
    [undefined, { d: 1 }, '`classWeight` must name labels that are there (a, b, c). Received: d.'],
    [undefined, { a: -1 }, '`classWeight` must hold finite numbers, 0 or above. Received: -1 for'],
    [undefined, new Map([['a', 1e39]]), 'Received: 1e+39 for a.'],
    [
      [1, 2e38, 1, 1, 1, 1],
      { b: 2 },
      '`sampleWeight` times `classWeight` must be finite as float32. Received: 1.9999999360571385e+38 times 2 in row 1.',
    ],
    [undefined, 'balance', "`classWeight` must be 'balanced', a Map or an object"],
    [undefined, null, "`classWeight` must be 'balanced', a Map or an object"],
  ])('%o %o', (sample, byClass, message) => {
    expect(() => weigh(sample, byClass as ClassWeight)).toThrow(message);
  });

  it('class weights in a regression', () => {
    expect(() => atOnce(rowWeights(2, undefined, 'balanced', { targets }))).toThrow(
      '`classWeight` must be left out in a regression',
    );
  });
});

it('lets all rows of a batch weigh nothing', () => {
  expect(atOnce(checkedWeights([0, 0], 2))).toEqual(new Float32Array(2));
});
