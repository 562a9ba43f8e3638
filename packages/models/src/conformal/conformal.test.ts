import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import { Table, toSparse } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import {
  conformal,
  type Interval,
  KernelLogisticRegression,
  KernelRidge,
  KernelSVM,
} from '../index.ts';
import { countBelow, rankFor, shiftedOrder } from './order.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const ascending = fc
  .array(fc.integer({ min: -20, max: 20 }), { maxLength: 12 })
  .map((values) => Float64Array.from(values).sort());

describe('order statistics', () => {
  it('are those of the sorted union, ties included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(ascending, fc.integer({ min: -5, max: 5 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (parts) => {
          const lists = parts.map(([list]) => list);
          const shifts = parts.map(([, shift]) => shift);
          const all = lists.flatMap((list, k) => Array.from(list, (v) => v + shifts[k]));
          all.sort((a, b) => a - b);
          all.forEach((value, i) => {
            expect(shiftedOrder(lists, shifts, i + 1)).toBe(value);
          });
          expect(shiftedOrder(lists, shifts, all.length + 1)).toBe(Number.POSITIVE_INFINITY);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('count what is below', () => {
    expect(countBelow([1, 2, 2, 5], 2)).toBe(1);
    expect(countBelow([1, 2, 2, 5], 6)).toBe(4);
    expect(countBelow([], 6)).toBe(0);
  });

  it('rank without an error of rounding', () => {
    expect(rankFor(9, 0.9)).toBe(9);
    expect(rankFor(10, 0.9)).toBe(10);
    expect(rankFor(8, 0.9)).toBe(9);
  });
});

const waves = (n: number, seed = 1) => {
  const { normal } = createRandom(seed).stream('waves');
  const x = Array.from({ length: n }, (_, i) => [(i * 7.3) % 6, (i * 3.1) % 2]);
  return { x, y: x.map(([a, b]) => Math.sin(a) + b + 0.2 * normal()) };
};
const ridge = () => new KernelRidge({ outputDim: 64, scale: 1.5, seed: 1 });

describe('around estimators', () => {
  it.each(['split', 'cross'] as const)('intervals of a ridge regression, %s', async (method) => {
    const [seen, next] = [waves(300), waves(400, 2)];
    await expectNoLeak(async () => {
      const estimator = ridge();
      const ranges = conformal(estimator, { method, folds: 5 });
      await ranges.fit(seen.x, seen.y);
      expect(() => estimator.settings).toThrow('not fitted');
      const { coverage, size } = await ranges.evaluate(next.x, next.y);
      expect(coverage).toBeGreaterThan(0.85);
      expect(coverage).toBeLessThan(0.95);
      // 90 % of normal noise of deviation 0.2 lie within ±0.33.
      expect(size).toBeGreaterThan(0.5);
      expect(size).toBeLessThan(0.9);
      ranges.dispose();
    });
  });

  it('sets of labels of a logistic regression, and by class', async () => {
    const { x, labels } = rings(300);
    const noisy = labels.map((label, i) => (i % 8 === 0 ? 1 - label : label));
    const machine = new KernelLogisticRegression({ outputDim: 64, scale: 0.7, seed: 1 });
    for (const by of [undefined, 'class'] as const) {
      const sets = conformal(machine, { coverage: 0.8, ...(by && { by }) });
      await sets.fit(x, noisy);
      const { coverage, size, strata } = await sets.evaluate(x, noisy);
      expect(coverage).toBeGreaterThan(0.72);
      expect(size).toBeLessThan(2);
      expect(strata === undefined).toBe(by === undefined);
      sets.dispose();
    }
  });

  it('rows in every form give the same intervals', async () => {
    const { x, y } = waves(120);
    const flat = Float32Array.from(x.flat());
    const shape = [120, 2];
    const tensor = tf.tensor2d(x);
    const table = Table.fromRows(x.map(([a, b], i) => ({ a, b, y: y[i] })));
    const regions = async (rows: unknown, targets: unknown, asked: unknown = x) => {
      const ranges = conformal(ridge(), { coverage: 0.8 });
      await ranges.fit(rows as number[][], targets as number[]);
      const found = await ranges.predict((asked as number[][]).slice(0, 3));
      ranges.dispose();
      return found;
    };
    const expected = await regions(x, y);
    expect(await regions({ data: flat, shape }, Float32Array.from(y))).toEqual(expected);
    expect(
      await regions(
        tensor,
        tf.tidy(() => tf.tensor1d(y)),
      ),
    ).toEqual(expected);
    const sparse = await regions(toSparse({ data: flat, shape: [120, 2] }), y);
    sparse.forEach(({ lower, upper }, row) => {
      // Products leave out the zeros, so sums are rounded elsewhere.
      expect(lower).toBeCloseTo(expected[row].lower, 4);
      expect(upper).toBeCloseTo(expected[row].upper, 4);
    });
    const objects = x.map(([a, b]) => ({ a, b }));
    const named = await regions(table, 'y', objects);
    expect(named).toHaveLength(3);
    expect(named).toEqual(await regions(objects, y, objects));
    tensor.dispose();
  });

  it('calibrates a fitted model, and keeps the calibration as JSON', async () => {
    const [seen, held, next] = [waves(200), waves(100, 2), waves(5, 3)];
    const model = ridge();
    await model.fit(seen.x, seen.y);
    const ranges = conformal(model, { coverage: 0.8 });
    await ranges.calibrate(held.x, held.y);
    const text = JSON.stringify(ranges);
    const again = conformal(model, { coverage: 0.8 }).restore(JSON.parse(text));
    expect(await again.predict(next.x)).toEqual(await ranges.predict(next.x));
    ranges.dispose();
    // The model belongs to the caller.
    expect(await model.predict(next.x)).toHaveLength(5);
    model.dispose();
    for (const damaged of [
      null,
      {},
      { ...JSON.parse(text), version: 2 },
      { ...JSON.parse(text), scores: { '': [2, 1] } },
    ]) {
      expect(() => conformal(ridge()).restore(damaged)).toThrow('`calibration');
    }
  });

  it('says that it cannot tell where rows are too few', async () => {
    const model = ridge();
    const { x, y } = waves(30);
    await model.fit(x, y);
    const ranges = conformal(model, { coverage: 0.99 });
    await ranges.calibrate(x.slice(0, 20), y.slice(0, 20));
    const [{ lower, upper }] = (await ranges.predict(x.slice(0, 1))) as Interval[];
    expect([lower, upper]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    model.dispose();
  });

  it('names rows as they were given, before any work', async () => {
    const { x, y } = waves(60);
    const at = <T>(values: readonly T[], row: number, value: unknown) =>
      values.map((one, i) => (i === row ? value : one));
    for (const method of ['split', 'cross'] as const) {
      const estimator = ridge();
      estimator.clone = () => {
        throw new Error('work began');
      };
      const ranges = conformal(estimator, { method });
      const cases: [unknown, unknown, object | null, string][] = [
        [null, y, {}, '`x` must be { data, shape }'],
        [x, null, {}, '`y` must be an array of labels'],
        [at(x, 41, [1, Number.NaN]), y, {}, 'Received: NaN in row 41, column 1.'],
        [at(x, 41, [1]), y, {}, 'Received: 1 in row 41.'],
        [
          x,
          at(y, 41, Number.NaN),
          {},
          '`y` must hold finite numbers only, as float32. Received: NaN in row 41.',
        ],
        [x, y.slice(1), {}, '`y` must have one entry per row of `x`, 60. Received: 59.'],
        [x.slice(0, 1), y.slice(0, 1), {}, '`x` must have two rows or more'],
        [
          x,
          y,
          { stratum: y },
          'must be among strata, groups, fitOptions, signal. Received: stratum.',
        ],
        [x, y, null, 'must be an object. Received: null.'],
        [x, y, { fitOptions: { epoch: 1 } }, 'The options of `fit` must be among'],
      ];
      for (const [rows, targets, options, message] of cases) {
        await expect(ranges.fit(rows as never, targets as never, options as never)).rejects.toThrow(
          message,
        );
      }
    }
    const sets = conformal(new KernelSVM());
    await expect(sets.fit([[1], [2]], ['a', 'b'])).rejects.toThrow(
      '`x` must have enough rows of each class: 1 of 2 are held out',
    );
    const ranges = conformal(ridge());
    await ranges.fit(x, y);
    for (const method of ['calibrate', 'evaluate'] as const) {
      const own = method === 'calibrate' ? conformal(ranges.model) : ranges;
      await expect(own[method](x, y.slice(1))).rejects.toThrow(
        '`y` must have one entry per row of `x`, 60. Received: 59.',
      );
      await expect(own[method](null as never, y)).rejects.toThrow('`x` must be { data, shape }');
      await expect(own[method](x, y, { groups: y } as never)).rejects.toThrow(
        'must be among strata. Received: groups.',
      );
    }
    ranges.dispose();
  });

  it('refuses bad input', async () => {
    const { x, y } = waves(40);
    expect(() => conformal(null as never)).toThrow('`estimator` must be a kernel model');
    expect(() => conformal(ridge(), { coverage: 1 })).toThrow(
      '`coverage` must lie between 0 and 1',
    );
    expect(() => conformal(ridge(), { folds: 1 })).toThrow('`folds`');
    expect(() => conformal(ridge(), { method: 'jackknife' as never })).toThrow('`method`');
    expect(() => conformal(ridge(), { alpha: 0.1 } as never)).toThrow('alpha');
    const ranges = conformal(ridge());
    await expect(ranges.predict(x)).rejects.toThrow('not fitted yet');
    await expect(ranges.fit(x, y, { strata: [1] })).rejects.toThrow(
      '`strata` must have one label per row, 40',
    );
    await expect(ranges.fit(x, 'y' as never)).rejects.toThrow('`y`');
    await expect(ranges.fit(x, x as never)).rejects.toThrow(
      '`y` must have one number per row for intervals',
    );
    const strata = x.map((_, i) => i % 2);
    await ranges.fit(x, y, { strata });
    await expect(ranges.predict(x)).rejects.toThrow('`strata` must be given, as in calibration');
    ranges.dispose();
    const cross = conformal(new KernelSVM(), { method: 'cross' });
    expect(() => cross.toJSON()).toThrow("`method` must be 'split'");
    await expect(cross.calibrate(x, y)).rejects.toThrow("`method` must be 'split'");
  });

  it('an abort leaves nothing behind', async () => {
    const { x, y } = waves(100);
    const abort = new AbortController();
    await expectNoLeak(async () => {
      const ranges = conformal(ridge(), { method: 'cross', folds: 3 });
      abort.abort(new Error('enough'));
      await expect(ranges.fit(x, y, { signal: abort.signal })).rejects.toThrow('enough');
    });
  });
});
