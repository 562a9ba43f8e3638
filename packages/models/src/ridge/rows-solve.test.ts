import { getSimd } from '@kernel-methods/simd';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { RidgeAccumulator } from './accumulator.ts';
import { difference, naiveRidge, someRows } from './fixtures/naive-ridge.ts';

describeOnNumerics('fewer rows than features', (numerics) => {
  const waiting = (width: number, units: number) =>
    new RidgeAccumulator(width, units, numerics, { rows: 1 });

  it('are solved in their own space, for any shape, weights and offsets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 15, max: 30 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.constantFrom(0, 1e3),
        fc.constantFrom(0, 1e6),
        fc.constantFrom(1e-3, 0.1, 10),
        fc.nat(1e6),
        async (n, width, units, weighted, zShift, yShift, l2, seed) => {
          const plain = someRows(seed, n, width, units);
          const weights = new Float32Array(n).map((_, i) => (weighted ? i % 3 : 1));
          if (weights.every((weight) => weight === 0)) weights[0] = 1;
          const rows = {
            ...{ width, units, weights },
            z: plain.z.map((value) => value + zShift),
            y: plain.y.map((value) => value + yShift),
          };
          const total = weights.reduce((a, b) => a + b);
          const state = waiting(width, units);
          const first = Math.floor(n / 2);
          await state.add(
            rows.z.subarray(0, first * width),
            rows.y.subarray(0, first * units),
            weights.subarray(0, first),
          );
          const rest = waiting(width, units);
          await rest.add(
            rows.z.subarray(first * width),
            rows.y.subarray(first * units),
            weights.subarray(first),
          );
          state.merge(rest);
          expect(state.weight).toBeCloseTo(total, 6);
          const expected = naiveRidge(rows, (l2 * total * units) / 2);
          const { head, loss, jitter } = state.solve(l2);
          expect(jitter).toBe(0);
          // A head is float32, and the less it is penalized the more its rounding grows.
          const tolerance = Math.max(1e-5, 2 ** -23 / l2);
          expect(difference(head.weights, expected.weights)).toBeLessThan(tolerance);
          expect(difference(head.bias, expected.bias)).toBeLessThan(tolerance);
          const fits = expected.predict(rows.z);
          const squares = fits.reduce(
            (sum, fit, at) => sum + weights[Math.floor(at / units)] * (rows.y[at] - fit) ** 2,
            0,
          );
          expect(loss).toBeCloseTo(squares / (units * total), 5);
          // The sums are there when they are asked for, and say the same.
          expect(state.sums().weight).toBeCloseTo(total, 6);
          expect(difference(state.solve(l2).head.weights, head.weights)).toBeLessThan(1e-2);
          state.dispose();
          rest.dispose();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('become sums as soon as they are more', async () => {
    const rows = someRows(1, 40, 9, 2);
    const state = waiting(9, 2);
    const all = new RidgeAccumulator(9, 2, numerics);
    await all.add(rows.z, rows.y);
    for (const [from, to] of [
      [0, 4],
      [4, 8],
      [8, 40],
    ]) {
      await state.add(rows.z.subarray(from * 9, to * 9), rows.y.subarray(from * 2, to * 2));
    }
    expect(difference(state.solve(0.1).head.weights, all.solve(0.1).head.weights)).toBeLessThan(
      1e-5,
    );
    const copy = state.clone();
    copy.remove(all);
    expect(copy.weight).toBe(0);
    for (const one of [state, all, copy]) one.dispose();
  });

  it('go through the targets where there is no penalty, and may be the same', async () => {
    const rows = someRows(2, 8, 40, 1);
    const state = waiting(40, 1);
    await state.add(rows.z, rows.y);
    const { head, loss } = state.solve(0);
    expect(loss).toBeLessThan(1e-10);
    expect(difference(head.weights, naiveRidge(rows, 1e-9).weights)).toBeLessThan(1e-4);
    await state.add(rows.z, rows.y);
    const twice = state.solve(0);
    expect(twice.jitter).toBeGreaterThan(0);
    expect(difference(twice.head.weights, head.weights)).toBeLessThan(1e-3);
    expect(difference(state.solve(1.7e308).head.weights, new Float32Array(40))).toBe(0);
    state.dispose();
  });

  it('are refused as others are, and leave no memory behind', async () => {
    const before = getSimd().memory().bytesInUse;
    const state = waiting(5, 1);
    expect(() => state.solve(0.1)).toThrow('`weight` of all rows must be above 0. Received: 0.');
    await state.add(Float32Array.of(1, 2, 3, 4, 5), [1]);
    expect(() => state.solve(-1)).toThrow('`l2` must be a finite number, 0 or above.');
    state.solve(0.1);
    await state.add(Float32Array.of(1, 2, Number.NaN, 4, 5), [1]);
    expect(() => state.solve(0.1)).toThrow('must hold finite numbers only');
    state.dispose();
    expect(getSimd().memory().bytesInUse - before).toBeLessThan(2 ** 21);
  });
});
