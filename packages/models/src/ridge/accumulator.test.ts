import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { RidgeAccumulator } from './accumulator.ts';
import { difference, naiveRidge, someRows } from './fixtures/naive-ridge.ts';
import type { RidgeRows } from './leave-one-out.ts';
import { solveSteps } from './solve.ts';

describeOnNumerics('RidgeAccumulator', (numerics) => {
  const filled = async ({ z, y, weights, width, units }: RidgeRows) => {
    const accumulator = new RidgeAccumulator(width, units, numerics);
    await accumulator.add(z, y, weights);
    return accumulator;
  };
  const solved = async (rows: RidgeRows, l2: number) => {
    const accumulator = await filled(rows);
    const solution = accumulator.solve(l2);
    accumulator.dispose();
    return solution;
  };
  const alphaOf = (l2: number, rows: RidgeRows) =>
    (l2 * rows.units * (rows.weights?.reduce((a, b) => a + b) ?? rows.z.length / rows.width)) / 2;

  it('solves as the naive way does, for any shape and weights', async () => {
    const shape = { n: fc.integer({ min: 1, max: 30 }), width: fc.integer({ min: 1, max: 12 }) };
    await fc.assert(
      fc.asyncProperty(
        fc.record({ ...shape, units: fc.integer({ min: 1, max: 3 }), seed: fc.nat(1e6) }),
        fc.boolean(),
        fc.constantFrom(0.01, 0.5, 10),
        async ({ n, width, units, seed }, weighted, l2) => {
          const weights = weighted
            ? Float32Array.from({ length: n }, (_, i) => (i % 4) + 0.5)
            : undefined;
          const rows = { ...someRows(seed, n, width, units), weights };
          const { head, jitter } = await solved(rows, l2);
          const expected = naiveRidge(rows, alphaOf(l2, rows));
          expect(jitter).toBe(0);
          // Rounding in Σ zy, at most so large, goes through the inverse of a matrix above alpha.
          const [zz, yy] = [rows.z, rows.y].map((values) => Math.hypot(...values));
          const apart = head.weights.map((value, at) => Math.abs(value - expected.weights[at]));
          const rounding = (1e-6 * zz * yy * 3.5) / alphaOf(l2, rows);
          expect(Math.max(...apart)).toBeLessThan(rounding);
          expect(difference(predict(head, rows), expected.predict(rows.z))).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('tells the mean squared error', async () => {
    const rows = {
      ...someRows(1, 50, 6, 2),
      weights: Float32Array.from({ length: 50 }, (_, i) => 1 + (i % 3)),
    };
    const { head, loss } = await solved(rows, 0.1);
    const predictions = predict(head, rows);
    let sum = 0;
    predictions.forEach((value, at) => {
      sum += rows.weights[Math.floor(at / 2)] * (value - rows.y[at]) ** 2;
    });
    const total = rows.weights.reduce((a, b) => a + b);
    expect(loss).toBeCloseTo(sum / total / 2, 5);
  });

  it('takes a weight k as the row k times', async () => {
    const { z, y, width, units, n } = someRows(2, 25, 5, 2);
    const weights = Float32Array.from({ length: n }, (_, i) => i % 4);
    const order = Array.from(weights, (weight, i) => new Array<number>(weight).fill(i)).flat();
    const repeated = { z: pick(z, width, order), y: pick(y, units, order), width, units };
    const [a, b] = [
      await solved({ z, y, width, units, weights }, 0.01),
      await solved(repeated, 0.01),
    ];
    expect(difference(a.head.weights, b.head.weights)).toBeLessThan(1e-5);
    expect(difference(a.head.bias, b.head.bias)).toBeLessThan(1e-5);
    expect(a.loss).toBeCloseTo(b.loss, 5);
  });

  it('does not look at the order of rows, nor how they came', async () => {
    const { z, y, width, units, n } = someRows(3, 60, 8, 2);
    const order = Array.from({ length: n }, (_, i) => (i * 37) % n);
    const whole = await solved({ z, y, width, units }, 0.01);
    const permuted = { z: pick(z, width, order), y: pick(y, units, order) };
    const matrix = numerics.matrix(permuted.z, n, width);
    const parts = new RidgeAccumulator(width, units, numerics);
    const other = new RidgeAccumulator(width, units, numerics);
    await other.add({ z: matrix, picked: { from: 0, count: 10 } }, permuted.y.subarray(0, 20));
    const picked = Int32Array.from({ length: 30 }, (_, i) => 39 - i);
    await parts.add({ z: matrix, picked }, pick(permuted.y, units, Array.from(picked)));
    parts.merge(other);
    await expectNoLeak(async () => {
      const tensor = tf.tensor2d(permuted.z.slice(40 * width), [20, width]);
      await parts.add(tensor, permuted.y.subarray(40 * units));
      tensor.dispose();
    });
    expect(parts.weight).toBe(n);
    expect(difference(parts.solve(0.01).head.weights, whole.head.weights)).toBeLessThan(1e-5);
    for (const one of [matrix, parts, other]) one.dispose();
  });

  it('forgets what is removed, as an accumulator or as rows', async () => {
    const rows = someRows(4, 40, 6, 1);
    const { width, units, n } = rows;
    const cut = (from: number, to: number) => ({
      ...{ width, units, z: rows.z.slice(from * width, to * width) },
      y: rows.y.slice(from, to),
      weights: Float32Array.from({ length: to - from }, (_, i) => 0.5 + ((from + i) % 3)),
    });
    const accumulator = await filled(cut(0, n));
    const first = await filled(cut(0, 10));
    accumulator.remove(first);
    const last = cut(30, 40);
    await accumulator.remove(last.z, last.y, last.weights);
    const expected = await solved(cut(10, 30), 0.01);
    expect(difference(accumulator.solve(0.01).head.weights, expected.head.weights)).toBeLessThan(
      1e-4,
    );
    accumulator.dispose();
    first.dispose();
  });

  it('takes one weight for all rows', async () => {
    const rows = someRows(4, 20, 3, 1);
    const accumulator = new RidgeAccumulator(3, 1, numerics);
    await accumulator.add(rows.z, rows.y, 3);
    expect(accumulator.weight).toBe(60);
    const expected = await solved(rows, 0.01);
    expect(difference(accumulator.solve(0.01).head.weights, expected.head.weights)).toBeLessThan(
      1e-5,
    );
    accumulator.dispose();
  });

  it('is the same after it was written and read', async () => {
    const accumulator = await filled(someRows(5, 30, 9, 2));
    const bytes = accumulator.serialize();
    expect(bytes.byteLength).toBe(16 + 8 * (1 + 9 + 4 + 18 + 45));
    const copy = RidgeAccumulator.deserialize(bytes, numerics);
    expect(copy.solve(0.1)).toEqual(accumulator.solve(0.1));
    const more = someRows(6, 5, 9, 2);
    await copy.add(more.z, more.y);
    expect(copy.weight).toBe(35);
    expect(accumulator.weight).toBe(30);
    // Bytes that were only read are as they were; those that were taken over are not copied.
    expect(new Uint8Array(bytes)).toEqual(new Uint8Array(accumulator.serialize()));
    const owner = RidgeAccumulator.adopt(bytes, numerics);
    owner.merge(copy);
    expect(owner.weight).toBe(65);
    expect(new Uint8Array(bytes)).not.toEqual(new Uint8Array(accumulator.serialize()));
    for (const one of [owner, copy, accumulator]) one.dispose();
  });

  it('widens by an output that was the same in all rows', async () => {
    const rows = someRows(7, 30, 4, 2);
    const accumulator = await filled(rows);
    accumulator.widen(-1);
    const y = Float32Array.from({ length: 90 }, (_, at) =>
      at % 3 === 2 ? -1 : rows.y[Math.floor(at / 3) * 2 + (at % 3)],
    );
    const expected = await filled({ ...rows, y, units: 3 });
    const more = someRows(8, 10, 4, 3);
    for (const one of [accumulator, expected]) await one.add(more.z, more.y);
    expect(accumulator.units).toBe(3);
    const [a, b] = [accumulator.solve(0.05), expected.solve(0.05)];
    expect(difference(a.head.weights, b.head.weights)).toBeLessThan(1e-5);
    expect(a.loss).toBeCloseTo(b.loss, 5);
    accumulator.dispose();
    expected.dispose();
  });

  it('mirrors one output into two of opposite signs', async () => {
    const rows = someRows(7, 30, 4, 1);
    const accumulator = await filled(rows);
    accumulator.mirror();
    const y = Float32Array.from(Array.from(rows.y).flatMap((value) => [-value, value]));
    const expected = await solved({ ...rows, y, units: 2 }, 0.05);
    const actual = accumulator.solve(0.05);
    expect(difference(actual.head.weights, expected.head.weights)).toBeLessThan(1e-5);
    expect(difference(actual.head.bias, expected.head.bias)).toBeLessThan(1e-5);
    expect(actual.loss).toBeCloseTo(expected.loss, 5);
    expect(() => accumulator.mirror()).toThrow('`units` must be 1 to be mirrored. Received: 2.');
    accumulator.dispose();
  });

  it('gives a constant feature next to no weight', async () => {
    const rows = someRows(9, 900, 4, 1);
    for (let i = 2; i < rows.z.length; i += 4) rows.z[i] = 0.7;
    for (const l2 of [0, 1e-9, 0.1]) {
      const { head, jitter } = await solved(rows, l2);
      expect(jitter).toBe(0);
      expect(Math.abs(head.weights[2])).toBeLessThan(l2 > 1e-3 ? 1e-3 : 1e-12);
      const without = await solved({ ...rows, z: drop(rows.z, 4, 2), width: 3 }, l2);
      expect(difference(drop(head.weights, 4, 2), without.head.weights)).toBeLessThan(1e-5);
    }
  });

  it('does not move when features and targets are shifted, merged, taken away, written or read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          n: fc.integer({ min: 12, max: 60 }),
          width: fc.integer({ min: 1, max: 6 }),
          units: fc.integer({ min: 1, max: 2 }),
          seed: fc.nat(1e6),
        }),
        fc.constantFrom(0, 30, 1e3, -1e3),
        fc.constantFrom(0, 1e3, 1e6, -1e6),
        fc.boolean(),
        async ({ n, width, units, seed }, zShift, yShift, weighted) => {
          const plain = someRows(seed, n, width, units);
          const rows = {
            ...plain,
            z: plain.z.map((value) => value + zShift),
            y: plain.y.map((value) => value + yShift),
            weights: weighted
              ? Float32Array.from({ length: n }, (_, i) => 0.5 + (i % 3))
              : new Float32Array(n).fill(1),
          };
          const part = (from: number, to: number, other: RidgeRows = rows) => ({
            ...{ width, units, z: other.z.subarray(from * width, to * width) },
            y: other.y.subarray(from * units, to * units),
            weights: rows.weights.subarray(from, to),
          });
          const expected = naiveRidge(rows, alphaOf(0.1, rows));
          const [all, first, rest] = await Promise.all([
            filled(part(0, n)),
            filled(part(0, 5)),
            filled(part(5, n)),
          ]);
          // Rows of another offset, that come and go.
          const guests = await filled(part(0, 7, plain));
          rest.merge(guests);
          first.merge(rest);
          first.remove(guests);
          const read = RidgeAccumulator.deserialize(first.serialize(), numerics);
          for (const one of [all, first, read]) {
            const { head, loss, dropped } = one.solve(0.1);
            const size = Math.max(1, ...expected.weights.map(Math.abs));
            head.weights.forEach((weight, i) => {
              expect(Math.abs(weight - expected.weights[i]) / size).toBeLessThan(3e-4);
            });
            expect(difference(predict(head, rows), expected.predict(rows.z))).toBeLessThan(1e-4);
            expect(dropped).toBe(0);
            expect(loss).toBeLessThan(10);
          }
          for (const one of [all, first, rest, guests, read]) one.dispose();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('forgets all when all is taken away', async () => {
    const rows = someRows(3, 20, 4, 1);
    const [one, same] = [await filled(rows), await filled(rows)];
    one.remove(same);
    expect(one.weight).toBe(0);
    await one.add(rows.z, rows.y);
    expect(one.solve(0.1)).toEqual(same.solve(0.1));
    one.dispose();
    same.dispose();
  });

  it.each([1e300, 1.7e308])('has the mean alone where the penalty is %d', async (l2) => {
    const rows = someRows(3, 20, 4, 1);
    const { head } = await solved(rows, l2);
    expect(Array.from(head.weights, Math.abs)).toEqual([0, 0, 0, 0]);
    const mean = rows.y.reduce((sum, value) => sum + value / 20, 0);
    expect(head.bias[0]).toBeCloseTo(mean, 5);
  });

  it('counts features that do not vary', async () => {
    const rows = someRows(9, 90, 4, 1);
    for (let i = 2; i < rows.z.length; i += 4) rows.z[i] = 1e6;
    expect((await solved(rows, 1e-9)).dropped).toBe(1);
    expect((await solved(someRows(9, 90, 4, 1), 1e-9)).dropped).toBe(0);
  });

  it('comes near the solution of least norm where rows are too few and there is no penalty', async () => {
    const rows = someRows(10, 8, 40, 1);
    const { head, jitter } = await solved(rows, 0);
    expect(jitter).toBeGreaterThan(0);
    expect(difference(predict(head, rows), rows.y)).toBeLessThan(2e-3);
    const leastNorm = naiveRidge(rows, 1e-7);
    expect(difference(head.weights, leastNorm.weights)).toBeLessThan(2e-2);
  });

  it('takes one row, and duplicate rows, and a feature twice', async () => {
    const one = await solved(someRows(11, 1, 3, 2), 0);
    expect(difference(one.head.bias, someRows(11, 1, 3, 2).y)).toBeLessThan(1e-2);
    const rows = someRows(12, 20, 3, 1);
    const twice = Float32Array.from(
      { length: 80 },
      (_, at) => rows.z[Math.floor(at / 4) * 3 + ((at % 4) % 3)],
    );
    const { head } = await solved({ ...rows, z: twice, width: 4 }, 0);
    const expected = naiveRidge(rows, 0);
    // Half of the weight each.
    expect(head.weights[0]).toBeCloseTo(head.weights[3], 2);
    expect(head.weights[0] + head.weights[3]).toBeCloseTo(expected.weights[0], 2);
  });

  it.each([1e6, 1e-6])('takes features and targets near %d', async (size) => {
    const rows = someRows(13, 40, 5, 2);
    const [z, y] = [rows.z, rows.y].map((values) => values.map((value) => value * size));
    const l2 = 0.01 * size * size;
    const { head } = await solved({ ...rows, z, y }, l2);
    const expected = naiveRidge({ ...rows, z, y }, alphaOf(l2, rows));
    expect(difference(head.weights, expected.weights)).toBeLessThan(1e-5);
  });

  it('takes a huge and a tiny feature together, without a penalty', async () => {
    const rows = someRows(14, 40, 3, 1);
    const z = rows.z.map((value, at) => value * [1e6, 1, 1e-6][at % 3]);
    const { head, jitter } = await solved({ ...rows, z }, 0);
    const expected = naiveRidge(rows, 0);
    expect(jitter).toBe(0);
    const scaled = head.weights.map((value, i) => value * [1e6, 1, 1e-6][i]);
    expect(difference(scaled, expected.weights)).toBeLessThan(1e-4);
  });

  it('refuses what it cannot use, before any work', async () => {
    const accumulator = new RidgeAccumulator(2, 1, numerics);
    const z = Float32Array.of(1, 2, 3, 4);
    await expect(accumulator.add(z.subarray(1), [1])).rejects.toThrow(
      '`z` must have rows of 2 features. Received: 3 numbers.',
    );
    await expect(accumulator.add(z, [1])).rejects.toThrow(
      '`y` must have 2 numbers for these rows. Received: 1.',
    );
    await expect(accumulator.add(z, [1, 2], [1])).rejects.toThrow('`weight` must have 2 numbers');
    await expect(accumulator.add(z, [1, 2], [1, -1])).rejects.toThrow('Received: -1 at row 1.');
    expect(() => accumulator.solve(1)).toThrow(
      '`weight` of all rows must be above 0. Received: 0.',
    );
    await accumulator.add(z, [1, 2]);
    expect(() => accumulator.solve(-1)).toThrow(
      '`l2` must be a finite number, 0 or above. Received: -1.',
    );
    const other = new RidgeAccumulator(3, 1, numerics);
    expect(() => accumulator.merge(other)).toThrow(
      '`other` must have 2 features and 1 outputs. Received: 3 and 1.',
    );
    await accumulator.add(Float32Array.of(1, Number.NaN), [1]);
    expect(() => accumulator.solve(1)).toThrow('must hold finite numbers only');
    accumulator.dispose();
    expect(() => new RidgeAccumulator(0, 1)).toThrow(
      '`width` must be a whole number, 1 or above. Received: 0.',
    );
    expect(() => RidgeAccumulator.deserialize(new ArrayBuffer(40))).toThrow(
      'must come from `serialize`',
    );
  });

  it('solves in turns too, until it is told to stop', async () => {
    const accumulator = await filled(someRows(16, 30, 9, 2));
    expect(await accumulator.solveInTurns(0.1)).toEqual(accumulator.solve(0.1));
    const { bytesInUse } = getSimd().memory();
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(accumulator.solveInTurns(0.1, controller.signal)).rejects.toThrow('enough');
    const steps = solveSteps(accumulator.sums(), 0.1);
    steps.next();
    expect(getSimd().memory().bytesInUse).toBeGreaterThan(bytesInUse);
    steps.return(undefined as never);
    expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
    accumulator.dispose();
  });

  it('leaves no memory behind', async () => {
    const rows = someRows(15, 30, 70, 2);
    const use = async () => {
      const accumulator = await filled(rows);
      accumulator.solve(0);
      await accumulator.add(rows.z, rows.y, 2);
      await accumulator.remove(rows.z, rows.y);
      accumulator.solve(0.1);
      await accumulator.add(rows.z, rows.y);
      await accumulator.add(rows.z, rows.y, [1]).catch(() => {});
      accumulator.dispose();
    };
    await use(); // The scratch memory stays.
    const { bytesInUse } = getSimd().memory();
    await expectNoLeak(use);
    expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
  });
});

const predict = (
  head: { weights: Float32Array; bias: Float32Array },
  { z, width, units }: RidgeRows,
) =>
  Array.from({ length: (z.length / width) * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    let sum = head.bias[unit];
    for (let j = 0; j < width; j++) sum += head.weights[unit * width + j] * z[row * width + j];
    return sum;
  });

const pick = (values: Float32Array, columns: number, rows: readonly number[]) =>
  Float32Array.from(
    rows.flatMap((row) => Array.from(values.subarray(row * columns, (row + 1) * columns))),
  );

const drop = (values: Float32Array, columns: number, column: number) =>
  values.filter((_, at) => at % columns !== column);
