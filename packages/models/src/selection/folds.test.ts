import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from './fixtures/folds.json' with { type: 'json' };
import { type Fold, kFold, shuffleSplit, stratifiedKFold } from './folds.ts';

const tests = (folds: readonly Fold[]) => folds.map(({ test }) => Array.from(test));
const sorted = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const counts = (labels: readonly number[], picked: Int32Array) => {
  const found = [0, 0, 0, 0, 0, 0];
  for (const row of picked) found[labels[row]]++;
  return found;
};
const labelled = fc.tuple(
  fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 8, maxLength: 60 }),
  fc.integer({ min: 2, max: 8 }),
  fc.nat(99),
  fc.boolean(),
);

describe('kFold and stratifiedKFold', () => {
  it('test every row once and train on the others, in equal parts', () => {
    fc.assert(
      fc.property(labelled, ([labels, folds, seed, shuffle]) => {
        const rows = labels.length;
        for (const all of [
          kFold(rows, { folds, seed, shuffle }),
          stratifiedKFold(labels, { folds, seed, shuffle }),
        ]) {
          expect(all).toHaveLength(folds);
          expect(sorted(tests(all).flat())).toEqual(range(rows));
          for (const { train, test } of all) {
            expect(sorted([...train, ...test])).toEqual(range(rows));
            expect(Math.abs(test.length - rows / folds)).toBeLessThan(1);
          }
        }
      }),
    );
  });

  it('gives every class its share in every fold, to a row', () => {
    fc.assert(
      fc.property(labelled, ([labels, folds, seed, shuffle]) => {
        const all = counts(labels, Int32Array.from(range(labels.length)));
        for (const { test } of stratifiedKFold(labels, { folds, seed, shuffle })) {
          counts(labels, test).forEach((count, c) => {
            expect(Math.abs(count - all[c] / folds)).toBeLessThan(1);
          });
        }
      }),
    );
  });

  it('are scikit-learn’s where they are not shuffled', () => {
    const { labels, stratified, plain } = fixture;
    const options = { folds: 4, shuffle: false };
    expect(tests(stratifiedKFold(labels, options))).toEqual(stratified);
    expect(tests(kFold(labels.length, options))).toEqual(plain);
  });

  it('repeat by the seed, and differ by it', () => {
    const { labels } = fixture;
    for (const make of [
      (seed: number) => kFold(40, { seed }),
      (seed: number) => stratifiedKFold(labels, { seed }),
      (seed: number) => shuffleSplit(40, { seed }),
    ]) {
      expect(make(1)).toEqual(make(1));
      expect(make(1)).not.toEqual(make(2));
    }
  });

  it('never divide a group', () => {
    fc.assert(
      fc.property(
        labelled,
        fc.integer({ min: 8, max: 20 }),
        ([labels, folds, seed, shuffle], modulo) => {
          const groups = labels.map((_, i) => `group ${i % modulo}`);
          const rows = labels.length;
          for (const all of [
            kFold(rows, { folds, seed, shuffle, groups }),
            stratifiedKFold(labels, { folds, seed, shuffle, groups }),
            shuffleSplit(rows, { seed, groups, testSize: 0.3 }),
          ]) {
            for (const { train, test } of all) {
              const trained = new Set(Array.from(train, (row) => groups[row]));
              expect(Array.from(test).filter((row) => trained.has(groups[row]))).toEqual([]);
              expect(sorted([...train, ...test])).toEqual(range(rows));
              expect(Math.min(train.length, test.length)).toBeGreaterThan(0);
            }
          }
        },
      ),
    );
  });

  it('spreads the classes of groups as evenly as it can', () => {
    // Twelve groups of one class each, all of one size: three of each class in each of four folds.
    const labels = range(48).map((row) => row % 3);
    const groups = range(48).map((row) => `${row % 3} ${Math.floor(row / 12)}`);
    for (const { test } of stratifiedKFold(labels, { folds: 4, groups, seed: 5 })) {
      expect(counts(labels, test).slice(0, 3)).toEqual([4, 4, 4]);
    }
  });

  it('splits off the share that is asked for', () => {
    const splits = shuffleSplit(40, { splits: 7, testSize: 0.26 });
    expect(splits.map(({ test }) => test.length)).toEqual(Array(7).fill(11));
    expect(new Set(splits.map(({ test }) => test.join())).size).toBe(7);
  });

  it('refuse what cannot be', () => {
    expect(() => kFold(3)).toThrow(
      '`folds` must be a whole number from 2 to the 3 rows. Received: 5.',
    );
    expect(() => kFold(9, { folds: 1 })).toThrow('Received: 1.');
    expect(() => kFold(1.5)).toThrow('`rows` must be a whole number, 2 or above. Received: 1.5.');
    expect(() => kFold(9, { seed: -1 })).toThrow(
      '`seed` must be a safe integer, 0 or above. Received: -1.',
    );
    expect(() => kFold(9, { groups: [1, 2] })).toThrow(
      '`groups` must have one label per row, 9. Received: 2.',
    );
    expect(() => kFold(9, { groups: Array(9).fill('a') })).toThrow(
      '`groups` must name at least 5 groups, one per fold. Received: 1.',
    );
    expect(() => stratifiedKFold(undefined as never)).toThrow(
      '`y` must be an array with one label per row. Received: undefined.',
    );
    expect(() => shuffleSplit(9, { testSize: 1 })).toThrow(
      '`testSize` must lie between 0 and 1. Received: 1.',
    );
    expect(() => shuffleSplit(2, { testSize: 0.9 })).toThrow(
      '`testSize` must leave something to train on, of 2. Received: 0.9.',
    );
    expect(() => shuffleSplit(9, { splits: 0 })).toThrow('`splits` must be');
  });
});
