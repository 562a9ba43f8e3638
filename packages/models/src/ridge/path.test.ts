import { readFileSync } from 'node:fs';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../fixtures/examples-from.ts';
import { RidgeAccumulator } from './accumulator.ts';
import { difference, naiveRidge, someRows } from './fixtures/naive-ridge.ts';
import { leaveOneOut, type RidgeRows } from './leave-one-out.ts';
import { ridgePath } from './path.ts';

describeOnNumerics('ridgePath', (numerics) => {
  async function path(rows: RidgeRows, l2s: readonly number[], more: object = {}) {
    const { z, y, ...shape } = rows;
    const examples = examplesFrom(numerics, z, y, {
      ...shape,
      rows: y.length / shape.units,
      chunkRows: 9,
    });
    const state = new RidgeAccumulator(rows.width, rows.units, numerics);
    try {
      await state.add(z, y, rows.weights);
      return await ridgePath({ state, examples, numerics, l2s, ...more });
    } finally {
      state.dispose();
      examples.dispose();
    }
  }

  it.each([
    ['more rows than features', 40, 6],
    ['fewer', 12, 30],
  ])('is what each fit alone is, with %s', async (_name, n, width) => {
    const weights = Float32Array.from({ length: n }, (_, i) => 0.5 + (i % 3));
    const rows = { ...someRows(1, n, width, 2), weights };
    const total = weights.reduce((a, b) => a + b);
    const l2s = [0.003, 0.1, 3];
    const points = await path(rows, l2s);
    const alone = leaveOneOut(
      rows,
      l2s.map((l2) => l2 * total),
    );
    points.forEach(({ head, l2, loss, looLoss }, index) => {
      const expected = naiveRidge(rows, l2 * total);
      expect(difference(head.weights, expected.weights)).toBeLessThan(1e-4);
      const fits = expected.predict(rows.z);
      const squares = fits.map((fit, at) => weights[at >> 1] * (fit - rows.y[at]) ** 2);
      expect(loss).toBeCloseTo(squares.reduce((a, b) => a + b) / total / 2, 4);
      expect(looLoss / alone.errors[index]).toBeCloseTo(1, 3);
    });
  });

  it("has scikit-learn's leave-one-out errors", async () => {
    const fixture = JSON.parse(
      readFileSync(new URL('../fixtures/sklearn/ridge-path.json', import.meta.url), 'utf8'),
    );
    for (const { z, y, errors } of [fixture.tall, fixture.wide]) {
      const rows = {
        ...{ z: Float32Array.from(z.flat()), y: Float32Array.from(y.flat()) },
        ...{ width: z[0].length, units: y[0].length },
      };
      const l2s = fixture.alphas.map((alpha: number) => (2 * alpha) / rows.y.length);
      const points = await path(rows, l2s);
      points.forEach(({ looLoss }, index) => {
        const sum = errors.flat().reduce((all: number, row: number[]) => all + row[index], 0);
        // A fit through all rows leaves 1 − h = 1e-4 of a float32 1.
        expect(looLoss / (sum / rows.y.length)).toBeCloseTo(1, 2);
      });
    }
  });

  it('counts the rows that a fit without them classifies rightly', async () => {
    for (const units of [1, 3]) {
      const rows = someRows(2, 30, 5, units);
      const y = rows.y.map((value, at) => {
        if (units === 1) return value > -1 ? 1 : -1;
        const row = rows.y.subarray(at - (at % 3), at - (at % 3) + 3);
        return value === Math.max(...row) ? 1 : -1;
      });
      const weights = Float32Array.from({ length: 30 }, (_, i) => 0.5 + (i % 3));
      const weighted = { ...rows, y, weights };
      const [point] = await path(weighted, [0.3], { classify: true });
      const { predictions } = leaveOneOut(weighted, [0.3 * 22.5 * units]);
      const chosen = predictions(0);
      const classOf = (values: Float32Array, row: number) =>
        units === 1
          ? Number(values[row] > 0)
          : [0, 1, 2].sort((a, b) => values[3 * row + b] - values[3 * row + a])[0];
      const right = weights.filter((_, row) => classOf(chosen, row) === classOf(y, row));
      expect(point.looAccuracy).toBeCloseTo(right.reduce((a, b) => a + b) / 45, 10);
      expect(point.looAccuracy).toBeLessThan(1);
    }
  });

  it('stops when it is told to, refuses bad penalties, and leaves no memory behind', async () => {
    const rows = someRows(3, 30, 70, 2);
    const use = async () => {
      await path(rows, [0.1, 1]);
      await expect(path(rows, [-1])).rejects.toThrow(
        '`l2` must be finite numbers, 0 or above. Received: -1.',
      );
      const controller = new AbortController();
      const running = path(rows, [1], { signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
    };
    await use(); // The scratch memory stays.
    const { bytesInUse } = getSimd().memory();
    await expectNoLeak(use);
    expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
  });
});
