import '@tensorflow/tfjs-backend-cpu';
import { identity } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { KernelModel, type KernelModelOptions, KernelRidge } from '../index.ts';
import { leaveOneOut } from '../ridge/leave-one-out.ts';
import type { StreamBatch } from '../stream/batch-stream.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const ROWS = 96;
/** Numbers that are the same wherever they are shifted to, as float32. */
const roundedAt = (value: number, offset: number) => Math.fround(value + offset) - offset;

/** A plane with noise over two columns. */
function plane(seed: number, byX: number, byY: number) {
  const { normal } = createRandom(seed);
  const plain = Array.from({ length: ROWS }, () => [normal(), normal()]);
  const rows = plain.map((row) => row.map((value) => roundedAt(value, 1e3)));
  const targets = rows.map(([a, b]) => roundedAt(2 * a - b + 0.3 * normal(), 1e6));
  return {
    x: rows.map((row) => row.map((value) => value + byX)),
    y: targets.map((value) => value + byY),
  };
}
type Plane = ReturnType<typeof plane>;

const part = ({ x, y }: Plane, from: number, to: number): [number[][], number[]] => [
  x.slice(from, to),
  y.slice(from, to),
];

const streamOf = (rows: Plane) => ({
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamBatch> {
    for (let from = 0; from < ROWS; from += 20) {
      const [x, y] = part(rows, from, from + 20);
      yield { x, y };
    }
  },
});

/** The ways in which rows come to a model. */
const ways: Record<string, (model: KernelModel, rows: Plane) => Promise<unknown>> = {
  fit: (model, { x, y }) => model.fit(x, y),
  'a stream that is kept': (model, rows) => model.fit(streamOf(rows)),
  'a stream that flows': (model, rows) => {
    model.setParams({ memoryBudget: 1000 });
    return model.fit(streamOf(rows));
  },
  async partialFit(model, rows) {
    for (let from = 0; from < ROWS; from += 32) {
      await model.partialFit(...part(rows, from, from + 32), { epochs: 8 });
    }
  },
};

const base: KernelModelOptions = { task: 'regression', loss: 'meanSquaredError', batchSize: 16 };
const solvers: Record<string, { options: KernelModelOptions; ways: (keyof typeof ways)[] }> = {
  adam: { options: { ...base, solver: 'adam', epochs: 30 }, ways: Object.keys(ways) },
  direct: { options: { ...base, solver: 'direct', l2: 1e-3 }, ways: Object.keys(ways) },
  eigenpro: {
    options: { ...base, solver: 'eigenpro', epochs: 8 },
    ways: ['fit', 'a stream that is kept', 'a stream that flows'],
  },
  newton: {
    options: { ...base, solver: 'newton', l2: 1e-3 },
    ways: ['fit', 'a stream that is kept', 'a stream that flows'],
  },
  sgd: { options: { ...base, solver: 'sgd', epochs: 8 }, ways: Object.keys(ways) },
};
const cases = Object.entries(solvers).flatMap(([name, solver]) =>
  solver.ways.map((way) => [name, way, solver.options] as const),
);

describe('offsets of rows and targets', () => {
  it.each(cases)('move no prediction: %s, %s', async (_, way, options) => {
    const predicted = async (rows: Plane, byY: number) => {
      const model = new KernelModel({ ...options, features: identity() });
      await ways[way](model, rows);
      const { data } = await model.decisionFunction(rows.x);
      model.dispose();
      return Array.from(data, (value) => value - byY);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(30, 1e3, -1e3),
        fc.constantFrom(100, 1e6, -1e6),
        fc.nat(1e6),
        async (byX, byY, seed) => {
          const near = await predicted(plane(seed, 20, 0), 0);
          const far = await predicted(plane(seed, byX, byY), byY);
          expect(Math.max(...near.map(Math.abs))).toBeGreaterThan(1.5);
          // Rounded as the targets are, once for each time that the bias is kept as float32.
          const rounding = 4 * Math.abs(byY) * 2 ** -24;
          expect(maxAbsDifference(near, far)).toBeLessThan(2e-3 + rounding);
        },
      ),
      { numRuns: 4 },
    );
  });

  it('move neither the penalty that leave-one-out chooses nor the deviations', async () => {
    const fitted = async (byX: number, byY: number) => {
      const { x, y } = plane(3, byX, byY);
      const model = new KernelRidge({ features: identity() });
      const { settings } = await model.fit(x, y);
      const { std } = await model.predict(x, { returnStd: true });
      model.dispose();
      return { l2: settings.l2, std };
    };
    const near = await fitted(0, 0);
    expect(Math.min(...near.std)).toBeGreaterThan(0.2);
    for (const byX of [0, 1e3, -1e3]) {
      for (const byY of [0, 1e6, -1e6]) {
        const far = await fitted(byX, byY);
        expect(Math.abs(far.l2 / near.l2 - 1)).toBeLessThan(1e-3);
        expect(maxAbsDifference(far.std, near.std)).toBeLessThan(1e-3);
      }
    }
  });

  it('move no error of leave-one-out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1e3, -1e3),
        fc.constantFrom(0, 1e6, -1e6),
        fc.integer({ min: 6, max: ROWS }),
        fc.nat(1e6),
        (byX, byY, rows, seed) => {
          const errors = (toX: number, toY: number) => {
            const { x, y } = plane(seed, toX, toY);
            const z = Float32Array.from(x.slice(0, rows).flat());
            const left = { z, y: Float32Array.from(y.slice(0, rows)), width: 2, units: 1 };
            return leaveOneOut(left, [0.01, 1, 30]).errors;
          };
          const near = errors(0, 0);
          errors(byX, byY).forEach((error, i) => {
            expect(Math.abs(error / near[i] - 1)).toBeLessThan(1e-4);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(['adam', 'sgd'] as const)('hinder no learning row by row: %s', async (solver) => {
    for (const [byX, byY] of [
      [0, 0],
      [0, 100],
    ]) {
      const rows = plane(5, byX, byY);
      const model = new KernelModel({ ...base, solver, features: identity(), learningRate: 0.05 });
      for (let row = 0; row < ROWS; row++) await model.partialFit(...part(rows, row, row + 1));
      expect(await model.score(rows.x, rows.y)).toBeGreaterThan(0.7);
      model.dispose();
    }
  });
});
