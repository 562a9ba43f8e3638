import { readFileSync } from 'node:fs';
import { atOnce, getSimd } from '@kernel-methods/simd';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseL2Steps } from './choose-l2.ts';
import { difference, naiveRidge, someRows } from './fixtures/naive-ridge.ts';
import { leaveOneOut, type RidgeRows } from './leave-one-out.ts';

/** Fitted again without each row. */
function refits({ z, y, weights, width, units }: RidgeRows, alpha: number): number[] {
  const n = z.length / width;
  const without = (values: Float32Array, columns: number, row: number) =>
    values.filter((_, at) => Math.floor(at / columns) !== row);
  return Array.from({ length: n }, (_, row) => {
    const others = { z: without(z, width, row), y: without(y, units, row), width, units };
    const s = weights && without(weights, 1, row);
    return naiveRidge({ ...others, weights: s }, alpha).predict(
      z.subarray(row * width, (row + 1) * width),
    );
  }).flat();
}

it('predicts each row as a fit without it does, for any shape and weights', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 14 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 2 }),
      fc.boolean(),
      fc.nat(1e6),
      (n, width, units, weighted, seed) => {
        const weights = weighted
          ? Float32Array.from({ length: n }, (_, i) => (i % 3) + 0.5)
          : undefined;
        const rows = { ...someRows(seed, n, width, units), weights };
        const alphas = [0.01, 1, 30];
        const { errors, predictions } = leaveOneOut(rows, alphas);
        alphas.forEach((alpha, index) => {
          const expected = refits(rows, alpha);
          expect(difference(predictions(index), expected)).toBeLessThan(1e-5);
          let [sum, total] = [0, 0];
          expected.forEach((value, at) => {
            const weight = weights?.[Math.floor(at / units)] ?? 1;
            sum += weight * (value - rows.y[at]) ** 2;
            total += weight;
          });
          expect(errors[index]).toBeCloseTo(sum / total, 5);
        });
      },
    ),
    { numRuns: 40 },
  );
});

it.each(['tall', 'wide'])("has scikit-learn's errors, %s", (name) => {
  const fixture = JSON.parse(
    readFileSync(new URL('../fixtures/sklearn/ridge-path.json', import.meta.url), 'utf8'),
  );
  const { z, y, errors, best } = fixture[name];
  const rows = {
    z: Float32Array.from(z.flat()),
    y: Float32Array.from(y.flat()),
    ...{ width: z[0].length, units: y[0].length },
  };
  const ours = leaveOneOut(rows, fixture.alphas);
  const expected = fixture.alphas.map(
    (_: number, index: number) =>
      errors.flat().reduce((sum: number, row: number[]) => sum + row[index], 0) / rows.y.length,
  );
  expect(difference(ours.errors, expected)).toBeLessThan(1e-6);
  expect(fixture.alphas[ours.errors.indexOf(Math.min(...ours.errors))]).toBe(best);
});

it('passes over rows of weight 0', () => {
  const rows = someRows(1, 12, 4, 1);
  const weights = Float32Array.from({ length: 12 }, (_, i) => Number(i > 2));
  const some = { ...rows, z: rows.z.slice(12), y: rows.y.slice(3) };
  const [a, b] = [leaveOneOut({ ...rows, weights }, [0.5]), leaveOneOut(some, [0.5])];
  expect(a.errors[0]).toBeCloseTo(b.errors[0], 10);
  expect(difference(a.predictions(0).slice(3), b.predictions(0))).toBeLessThan(1e-6);
});

it('chooses more penalty where there is more noise, and something where there is nothing', () => {
  const chosen = [0.1, 1, 10].map((noise) => {
    const rows = someRows(2, 200, 20, 1);
    const other = someRows(3, 200, 20, 1);
    const noisy = { ...rows, y: rows.y.map((y, i) => y + noise * other.z[20 * i]) };
    return atOnce(chooseL2Steps(noisy, 200));
  });
  expect(chosen[1]).toBeGreaterThan(chosen[0]);
  expect(chosen[2]).toBeGreaterThan(chosen[1]);
  const one = someRows(4, 1, 3, 1);
  expect(atOnce(chooseL2Steps(one, 1))).toBeGreaterThan(0);
  expect(
    atOnce(chooseL2Steps({ ...one, z: new Float32Array(30), y: new Float32Array(10) }, 10)),
  ).toBeGreaterThan(0);
});

it('frees the memory it takes', () => {
  const rows = someRows(5, 40, 90, 2);
  leaveOneOut(rows, [1]);
  const { bytesInUse } = getSimd().memory();
  leaveOneOut(rows, [1, 2]);
  expect(() => leaveOneOut({ ...rows, z: rows.z.fill(Number.NaN) }, [1])).toThrow('finite');
  expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
});
