import { readFileSync } from 'node:fs';
import { hinge, meanSquaredError } from '@kernel-methods/losses';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../fixtures/examples-from.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { difference, naiveRidge, someRows } from '../ridge/fixtures/naive-ridge.ts';
import type { RidgeRows } from '../ridge/leave-one-out.ts';
import { type DirectOptions, direct } from './direct.ts';
import type { FitProgress } from './progress.ts';
import { type Problem, requireLoss, type SolverContext } from './solver.ts';

const fixture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/sklearn/ridge-${name}.json`, import.meta.url), 'utf8'),
  );

describeOnNumerics('direct', (numerics) => {
  interface More extends Partial<Omit<SolverContext, 'numerics'>> {
    readonly options?: DirectOptions;
    readonly problem?: Partial<Problem>;
    readonly chunkRows?: number;
    readonly tested?: RidgeRows;
  }

  async function solve(rows: RidgeRows, more: More = {}) {
    const { options, problem, chunkRows = 7, tested, ...context } = more;
    const examplesOf = ({ z, y, ...shape }: RidgeRows) =>
      examplesFrom(numerics, z, y, { ...shape, rows: y.length / shape.units, chunkRows });
    const training = examplesOf(rows);
    const validation = tested && examplesOf(tested);
    const head = {
      weights: new Float32Array(rows.width * rows.units),
      bias: new Float32Array(rows.units),
    };
    try {
      const solution = await direct(options).solve(
        { training, validation, loss: meanSquaredError, classify: false, head, ...problem },
        {
          ...{ numerics, seed: 0, epochs: 1, batchSize: 32 },
          ...{ signal: new AbortController().signal, ...context },
        },
      );
      solution.state.dispose();
      return { ...solution, head };
    } finally {
      training.dispose();
      validation?.dispose();
    }
  }

  it("has scikit-learn's coefficients", async () => {
    const { z, cases } = fixture('regression');
    for (const { y, weights, alpha, coef, intercept } of cases) {
      const rows = rowsOf(z, y, weights);
      const { head } = await solve(rows, { options: { l2: l2Of(alpha, rows) } });
      expect(difference(head.weights, coef.flat())).toBeLessThan(1e-5);
      expect(difference(head.bias, intercept)).toBeLessThan(1e-5);
    }
  });

  it("classifies as scikit-learn's RidgeClassifier", async () => {
    const { z, cases } = fixture('classifier');
    for (const { labels, classes, weights, alpha, coef, intercept, predicted } of cases) {
      const y = labels.map((label: number) =>
        classes === 2 ? [2 * label - 1] : [0, 1, 2].map((c) => (c === label ? 1 : -1)),
      );
      const rows = rowsOf(z, y, weights);
      const { head, history } = await solve(rows, {
        options: { accuracy: true },
        problem: { classify: true, l2: l2Of(alpha, rows) },
      });
      expect(difference(head.weights, coef.flat())).toBeLessThan(1e-5);
      expect(difference(head.bias, intercept)).toBeLessThan(1e-5);
      const s: number[] = weights ?? labels.map(() => 1);
      const total = s.reduce((a, b) => a + b);
      const right = s.filter((_, i) => labels[i] === predicted[i]).reduce((a, b) => a + b);
      expect(history[0].accuracy).toBeCloseTo(right / total, 6);
    }
  });

  it('tells of one epoch, exact, with the losses of both sets', async () => {
    const [rows, tested] = [someRows(1, 40, 5, 2), someRows(2, 9, 5, 2)];
    const told: FitProgress[] = [];
    const records: unknown[] = [];
    const { history, stopped, l2, head } = await solve(rows, {
      ...{ tested, problem: { l2: 0.1 }, onProgress: (progress) => told.push(progress) },
      onEpochEnd: async (record, current) => {
        records.push(record, await current());
        return undefined;
      },
    });
    expect([stopped, l2]).toEqual(['exact', 0.1]);
    const expected = naiveRidge(rows, 0.1 * 40);
    const mse = ({ z, y }: RidgeRows) =>
      expected.predict(z).reduce((sum, value, at) => sum + (value - y[at]) ** 2 / y.length, 0);
    expect(history).toHaveLength(1);
    expect(history[0].epoch).toBe(1);
    expect(history[0].loss).toBeCloseTo(mse(rows), 5);
    expect(history[0].valLoss).toBeCloseTo(mse(tested), 5);
    expect(history[0]).not.toHaveProperty('accuracy');
    expect(records).toEqual([history[0], head]);
    const phases = ['train', 'solve', 'validate'] as const;
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(phases);
    expect(told.filter(({ phase }) => phase === 'train').map(({ step }) => step)).toEqual([
      7, 14, 21, 28, 35, 40,
    ]);
  });

  it('explains targets far from 0, and features far from 0, as near it', async () => {
    const rSquared = (head: { weights: Float32Array; bias: Float32Array }, rows: RidgeRows) => {
      const { z, y, width } = rows;
      const mean = y.reduce((sum, value) => sum + value / y.length, 0);
      let [left, total] = [0, 0];
      for (let row = 0; row < y.length; row++) {
        let fit = head.bias[0];
        for (let i = 0; i < width; i++) fit += head.weights[i] * z[row * width + i];
        left += (y[row] - fit) ** 2;
        total += (y[row] - mean) ** 2;
      }
      return 1 - left / total;
    };
    for (const offset of [0, 1e3, 1e6]) {
      for (const shift of [0, 10, 300, 1000]) {
        const z = Float32Array.from({ length: 4000 }, (_, at) => {
          const row = at >> 1;
          return shift + (at % 2 === 0 ? Math.sin(row) : Math.cos(1.3 * row));
        });
        const y = Float32Array.from({ length: 2000 }, (_, row) => {
          return 5 * Math.sin(row) + 3 * Math.cos(1.3 * row) + offset;
        });
        const rows = { z, y, width: 2, units: 1 };
        for (const problem of [{ l2: 1e-6 }, {}]) {
          const { head } = await solve(rows, { problem, chunkRows: 900 });
          expect(rSquared(head, rows)).toBeGreaterThan(0.9999);
        }
      }
    }
  });

  it('does not look at how the rows come', async () => {
    const rows = someRows(3, 50, 6, 1);
    const order = Array.from({ length: 50 }, (_, i) => (i * 17) % 50);
    const permuted = {
      ...rows,
      z: Float32Array.from(order.flatMap((i) => Array.from(rows.z.subarray(6 * i, 6 * i + 6)))),
      y: Float32Array.from(order, (i) => rows.y[i]),
    };
    const problem = { l2: 1e-3 };
    const [a, b] = [
      await solve(rows, { problem, chunkRows: 50 }),
      await solve(permuted, { problem }),
    ];
    expect(difference(a.head.weights, b.head.weights)).toBeLessThan(1e-5);
  });

  it('chooses a penalty where none is given, by the seed', async () => {
    const rows = someRows(4, 60, 30, 1);
    const chosen = await solve(rows);
    expect((await solve(rows)).l2).toBe(chosen.l2);
    // All rows are in the sample: no other penalty of the grid has a lower error without each row.
    const other = someRows(5, 400, 30, 1);
    const truth = (l2: number) => {
      const values = naiveRidge(rows, (l2 * 60) / 2).predict(other.z);
      return values.reduce((sum, value, at) => sum + (value - other.y[at]) ** 2, 0) / 400;
    };
    expect(truth(chosen.l2)).toBeLessThan(1.1 * Math.min(...[1e-4, 1e-2, 1].map(truth)));
  });

  it('keeps the sums for more rows', async () => {
    const [rows, more] = [someRows(6, 20, 4, 1), someRows(7, 20, 4, 1)];
    const training = examplesFrom(numerics, rows.z, rows.y, { rows: 20, width: 4, units: 1 });
    const head = { weights: new Float32Array(4), bias: new Float32Array(1) };
    const { state } = await direct().solve(
      { training, loss: meanSquaredError, classify: false, head, l2: 0.1 },
      { numerics, seed: 0, epochs: 1, batchSize: 32, signal: new AbortController().signal },
    );
    await state.add(more.z, more.y);
    const both = {
      ...rows,
      z: Float32Array.of(...rows.z, ...more.z),
      y: Float32Array.of(...rows.y, ...more.y),
    };
    expect(difference(state.solve(0.1).head.weights, naiveRidge(both, 2).weights)).toBeLessThan(
      1e-5,
    );
    state.dispose();
    training.dispose();
  });

  it('goes on from the sums of an earlier solution, which stay as they are', async () => {
    const [rows, more] = [someRows(6, 20, 4, 1), someRows(7, 30, 4, 1)];
    const state = new RidgeAccumulator(4, 1, numerics);
    await state.add(rows.z, rows.y);
    const { head } = await solve(more, { problem: { l2: 0.1, state } });
    const both = {
      ...rows,
      z: Float32Array.of(...rows.z, ...more.z),
      y: Float32Array.of(...rows.y, ...more.y),
    };
    expect(difference(head.weights, naiveRidge(both, 2.5).weights)).toBeLessThan(1e-5);
    expect(state.weight).toBe(20);
    state.dispose();
  });

  it('stops when it is told to, and leaves the head as it was', async () => {
    const rows = someRows(8, 40, 5, 1);
    const reason = new Error('enough');
    for (const when of ['start', 'train', 'solve'] as const) {
      const controller = new AbortController();
      if (when === 'start') controller.abort(reason);
      const head = { weights: Float32Array.of(1, 2, 3, 4, 5), bias: Float32Array.of(6) };
      const solving = solve(rows, {
        problem: { head },
        signal: controller.signal,
        onProgress: ({ phase }) => {
          if (phase === when) controller.abort(reason);
        },
      });
      await expect(solving).rejects.toBe(reason);
      expect(head.weights[4]).toBe(5);
    }
  });

  it('refuses other losses and penalties below 0', async () => {
    expect(() => requireLoss(direct(), hinge)).toThrow(
      "`loss` must be meanSquaredError with the solver 'direct'. Received: hinge.",
    );
    expect(() => requireLoss(direct(), meanSquaredError)).not.toThrow();
    expect(() => direct({ l2: -1 })).toThrow(
      '`l2` must be a finite number, 0 or above. Received: -1.',
    );
    expect(direct({ l2: 1 }).config).toEqual({ l2: 1 });
    expect(direct().config).toEqual({});
  });

  it('leaves no memory behind, whatever happens', async () => {
    const rows = someRows(9, 60, 70, 2);
    const use = async () => {
      await solve(rows, { tested: rows, options: { accuracy: true }, problem: { classify: true } });
      const fail = () => {
        throw new Error('on purpose');
      };
      for (const more of [{ onProgress: fail }, { onEpochEnd: fail }]) {
        await expect(solve(rows, more)).rejects.toThrow('on purpose');
      }
    };
    await use(); // The scratch memory stays.
    const { bytesInUse } = getSimd().memory();
    await expectNoLeak(use);
    expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
  });
});

const rowsOf = (z: number[][], y: number[][], weights: number[] | null): RidgeRows => ({
  z: Float32Array.from(z.flat()),
  y: Float32Array.from(y.flat()),
  ...(weights && { weights: Float32Array.from(weights) }),
  ...{ width: z[0].length, units: y[0].length },
});

const l2Of = (alpha: number, { weights, y, units }: RidgeRows) =>
  (2 * alpha) / ((weights?.reduce((a, b) => a + b) ?? y.length / units) * units);
