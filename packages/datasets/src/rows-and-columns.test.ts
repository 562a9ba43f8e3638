import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneHot } from './one-hot.ts';
import { scalePixels } from './scale-pixels.ts';
import { shuffleRows } from './shuffle-rows.ts';
import { standardizeColumns } from './standardize-columns.ts';
import { trainTestSplit } from './train-test-split.ts';

/** Rows that tell their own number and label. */
const numbered = (rows: number, labels = 3) => ({
  x: { data: Float64Array.from({ length: 4 * rows }, (_, i) => i), shape: [rows, 2, 2] },
  y: Uint8Array.from({ length: rows }, (_, row) => row % labels),
  classNames: ['a', 'b', 'c'],
});
const rowNumbers = ({ x }: { x: { data: ArrayLike<number>; shape: number[] } }) =>
  Array.from({ length: x.shape[0] }, (_, row) => x.data[4 * row] / 4);

describe('shuffle', () => {
  it('moves whole rows and their labels together', () => {
    const data = numbered(100);
    const moved = shuffleRows(data, { seed: 1 });
    const order = rowNumbers(moved);
    expect(order).not.toEqual(rowNumbers(data));
    expect([...order].sort((a, b) => a - b)).toEqual(rowNumbers(data));
    order.forEach((row, i) => {
      expect(moved.y[i]).toBe(data.y[row]);
      expect([...moved.x.data.subarray(4 * i, 4 * i + 4)]).toEqual(
        [0, 1, 2, 3].map((k) => 4 * row + k),
      );
    });
    expect(moved.x.data).toBeInstanceOf(Float64Array);
    expect(moved.x.shape).toEqual([100, 2, 2]);
    expect(moved.classNames).toBe(data.classNames);
    expect(data).toEqual(numbered(100));
    expect(shuffleRows(data, { seed: 1 })).toEqual(moved);
    expect(shuffleRows(data, { seed: 2 })).not.toEqual(moved);
  });

  it('takes labels of any kind', () => {
    const { y } = shuffleRows({ x: numbered(3).x, y: ['one', 'two', 'three'] });
    expect([...y].sort()).toEqual(['one', 'three', 'two']);
  });

  it('refuses what does not fit together', () => {
    const { x } = numbered(4);
    expect(() => shuffleRows({ x, y: [1, 2, 3] })).toThrow(
      '`y` must be as long as `x` has rows (4). Received: 3.',
    );
    expect(() => shuffleRows({ x: { ...x, shape: [5, 4] }, y: [] })).toThrow(
      '`x.data` must be a typed array of 5 × 4 numbers. Received: 16.',
    );
  });
});

describe('trainTestSplit', () => {
  it('deals every row to one part, with its label', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 2, max: 60 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    );
    fc.assert(
      fc.property(sizes, fc.nat(), ([rows, fraction], seed) => {
        const size = Math.ceil(fraction * rows);
        fc.pre(size < rows);
        const data = numbered(rows);
        const { train, test } = trainTestSplit(data, { testSize: fraction, seed });
        expect(test.y.length).toBe(size);
        const all = [...rowNumbers(train), ...rowNumbers(test)];
        expect(all.toSorted((a, b) => a - b)).toEqual(rowNumbers(data));
        for (const part of [train, test]) {
          rowNumbers(part).forEach((row, i) => {
            expect(part.y[i]).toBe(data.y[row]);
          });
          expect(part.classNames).toBe(data.classNames);
        }
      }),
    );
  });

  it('stratified, keeps each label’s share to less than a row', () => {
    const labels = fc.array(fc.integer({ min: 2, max: 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        labels,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.nat(),
        (counts, testSize, seed) => {
          const y = counts.flatMap((count, label) => Array<string>(count).fill(`class ${label}`));
          const size = Math.ceil(testSize * y.length);
          fc.pre(size < y.length);
          const { test, train } = trainTestSplit(
            { x: numbered(y.length).x, y },
            { testSize, seed, stratify: true },
          );
          expect(test.y.length).toBe(size);
          expect(train.y.length).toBe(y.length - size);
          counts.forEach((count, label) => {
            const taken = test.y.filter((other) => other === `class ${label}`).length;
            expect(Math.abs(taken - (count * size) / y.length)).toBeLessThan(1);
          });
        },
      ),
    );
  });

  it('mixes: the test rows are not the last ones, and depend on the seed', () => {
    const rows = (seed: number) =>
      rowNumbers(trainTestSplit(numbered(200), { seed, testSize: 50 }).test);
    expect(rows(1)).toEqual(rows(1));
    expect(rows(1)).not.toEqual(rows(2));
    expect(Math.min(...rows(1))).toBeLessThan(100);
  });

  it('refuses an empty part and a label that cannot be in both', () => {
    for (const testSize of [0, 1.5, 10, 11, -1, Number.NaN, 0.95]) {
      expect(() => trainTestSplit(numbered(10), { testSize })).toThrow('`testSize` must be');
    }
    const lonely = { x: numbered(3).x, y: ['a', 'a', 'b'] };
    expect(() => trainTestSplit(lonely, { stratify: true })).toThrow('Received: "b".');
  });
});

describe('oneHot', () => {
  it('has its 1 in the column of the label', () => {
    expect(oneHot([2, 0])).toEqual({ data: Float32Array.of(0, 0, 1, 1, 0, 0), shape: [2, 3] });
    expect(oneHot(Uint8Array.of(0), { classes: 2 })).toEqual({
      data: Float32Array.of(1, 0),
      shape: [1, 2],
    });
  });

  it.each([
    [[], {}, '`y` must be one or more labels. Received: 0.'],
    [[0, 3], { classes: 3 }, '`y[1]` must be a whole number, 0 … 2. Received: 3.'],
    [[0.5], {}, '`y[0]` must be a whole number, 0 or above. Received: 0.5.'],
    [[-1], {}, '`y[0]` must be a whole number, 0 or above. Received: -1.'],
    [[0], { classes: 0 }, '`classes` must be a whole number, 1 or above. Received: 0.'],
  ])('refuses %j with %j', (y, config, message) => {
    expect(() => oneHot(y, config)).toThrow(message);
  });
});

describe('standardizeColumns', () => {
  const x = { data: Float64Array.of(1, 0.1, 1e9, 3, 0.1, 1e9 + 2), shape: [2, 3] };

  it('gives mean 0 and deviation 1, and 0 for a constant column', () => {
    const { x: scaled, statistics } = standardizeColumns(x);
    expect(scaled).toEqual({ data: Float32Array.of(-1, 0, -1, 1, 0, 1), shape: [2, 3] });
    expect(statistics.mean).toEqual(Float64Array.of(2, 0.1, 1e9 + 1));
    expect(statistics.deviation).toEqual(Float64Array.of(1, 1, 1));
  });

  it('is exact for a constant column, whatever its value and length', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 99 }),
        (value, rows) => {
          const { x: scaled } = standardizeColumns({
            data: new Float64Array(rows).fill(value),
            shape: [rows, 1],
          });
          expect(scaled.data.every((number) => number === 0)).toBe(true);
        },
      ),
    );
  });

  it('applies the statistics of the training rows to others', () => {
    const { statistics } = standardizeColumns(x);
    const test = { data: Float32Array.of(2, 5, 1e9), shape: [1, 3] };
    expect(standardizeColumns(test, { statistics }).x.data[0]).toBe(0);
    expect(standardizeColumns(test, { statistics }).x.data[1]).toBeCloseTo(4.9, 6);
    expect(standardizeColumns(test, { statistics }).statistics).toBe(statistics);
    const narrow = { data: Float32Array.of(2), shape: [1, 1] };
    expect(() => standardizeColumns(narrow, { statistics })).toThrow(
      '`statistics` must be of 1 columns',
    );
  });

  it('agrees with the definition on images', () => {
    const data = Uint8Array.from({ length: 5 * 4 }, (_, i) => (i * 83) % 251);
    const { x: scaled } = standardizeColumns({ data, shape: [5, 2, 2] });
    expect(scaled.shape).toEqual([5, 2, 2]);
    for (let j = 0; j < 4; j++) {
      const column = [0, 1, 2, 3, 4].map((row) => data[4 * row + j]);
      const mean = column.reduce((a, b) => a + b) / 5;
      const deviation = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 5);
      column.forEach((value, row) => {
        expect(scaled.data[4 * row + j]).toBeCloseTo((value - mean) / deviation, 5);
      });
    }
  });

  it('refuses NaN', () => {
    expect(() =>
      standardizeColumns({ data: Float32Array.of(1, Number.NaN), shape: [1, 2] }),
    ).toThrow('`x.data[1]` must be a finite number. Received: NaN.');
  });
});

describe('scalePixels', () => {
  it('divides by 255 and flattens', () => {
    const x = { data: Uint8Array.of(0, 255, 51, 102), shape: [1, 2, 2] };
    expect(scalePixels(x)).toEqual({ data: Float32Array.of(0, 1, 0.2, 0.4), shape: [1, 4] });
    expect(() => scalePixels({ data: new Float32Array(4) as never, shape: [1, 4] })).toThrow(
      '`x.data` must be bytes. Received: "Float32Array".',
    );
    expect(() => scalePixels({ data: new Uint8Array(4), shape: [] })).toThrow('`x.shape`');
  });
});
