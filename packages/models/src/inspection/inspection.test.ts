import { createRandom } from '@kernel-methods/random';
import { Table } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { KernelRidge } from '../estimators/kernel-ridge.ts';
import { KernelSVM } from '../estimators/kernel-svm.ts';
import { partialDependence } from './partial-dependence.ts';
import { permutationImportance } from './permutation-importance.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const random = createRandom(3);
/** y = 3a + b and nothing of c; kind adds 4 where it is 'x'. */
const objects = Array.from({ length: 150 }, () => {
  const [a, b, c] = [random.normal(), random.normal(), random.normal()];
  const kind = random.uniform() < 0.5 ? 'x' : 'z';
  return { a, b, c, kind, y: 3 * a + b + (kind === 'x' ? 4 : 0) };
});
const table = Table.fromRows(objects);
const x = objects.map(({ a, b, c }) => [a, b, c]);
const plain = objects.map(({ a, b }) => 3 * a + b);

describe('permutation importance', () => {
  it('is what a loop over shuffled columns finds', async () => {
    const ridge = new KernelRidge({ outputDim: 128, scale: 3, l2: 1e-4 });
    await ridge.fit(x, plain);
    const { score, columns } = await permutationImportance(ridge, x, plain, {
      repeats: 3,
      seed: 5,
    });
    expect(score).toBe(await ridge.score(x, plain));
    const draws = createRandom(5);
    const orders = [0, 1, 2].map(() => draws.permutation(x.length));
    for (const { column, losses, mean } of columns) {
      const by = Number(column);
      for (const [i, order] of orders.entries()) {
        const rows = x.map((row, r) => row.map((v, c) => (c === by ? x[order[r]][c] : v)));
        expect(losses[i]).toBeCloseTo(score - (await ridge.score(rows, plain)), 6);
      }
      expect(mean).toBeCloseTo((losses[0] + losses[1] + losses[2]) / 3, 12);
    }
    expect(columns.map(({ column }) => column)).toEqual(['0', '1', '2']);
    expect(Math.abs(columns[2].mean)).toBeLessThan(0.05);
    ridge.dispose();
  });

  it('looks at the columns of a table but the target, by any score', async () => {
    const ridge = new KernelRidge({ outputDim: 128 });
    await ridge.fit(table, 'y');
    const told: number[] = [];
    const { columns } = await permutationImportance(ridge, table, 'y', {
      repeats: 2,
      onProgress: ({ done, total }) => told.push(done / total),
    });
    expect(columns.map(({ column }) => column)).toEqual(['a', 'kind', 'b', 'c']);
    expect(told).toHaveLength(9);
    expect(told.at(-1)).toBe(1);
    const negative = async (...args: Parameters<typeof ridge.score>) =>
      -(await ridge.evaluate(...args)).loss;
    const some = await permutationImportance(ridge, table, 'y', {
      columns: ['c', 'a'],
      scoring: negative,
    });
    expect(some.columns.map(({ column }) => column)).toEqual(['a', 'c']);
    ridge.dispose();
  });

  it('stops when it is told to, and refuses what it does not know', async () => {
    const ridge = new KernelRidge({ outputDim: 16 });
    await ridge.fit(x, plain);
    const controller = new AbortController();
    const stopped = permutationImportance(ridge, x, plain, {
      signal: controller.signal,
      onProgress: ({ done }) => done === 4 && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(permutationImportance(ridge, x, plain, { columns: [7] })).rejects.toThrow(
      '`columns[0]` must name a column: 0, 1, 2. Received: 7.',
    );
    await expect(permutationImportance(ridge, x, plain, { repeats: 0 })).rejects.toThrow(
      '`repeats`',
    );
    await expect(permutationImportance({} as never, x, plain)).rejects.toThrow('`model.score`');
    ridge.dispose();
  });
});

it.each([
  [{ columns: 'a' }, '`columns` must be an array. Received: string.'],
  [{ signal: {} }, '`signal` must be an AbortSignal. Received: Object.'],
  [{ scoring: () => Number.NaN }, '`scoring` must give a number. Received: NaN.'],
  [
    {
      onProgress: async () => {
        throw new Error('mine');
      },
    },
    'mine',
  ],
])('permutation importance is refused, or rejects: %#', async (options, message) => {
  const ridge = new KernelRidge({ outputDim: 16 });
  await ridge.fit(x, plain);
  await expect(permutationImportance(ridge, x, plain, options as never)).rejects.toThrow(message);
  ridge.dispose();
});

it('keeps no order of rows: a billion repeats hear of an abort', async () => {
  const ridge = new KernelRidge({ outputDim: 16 });
  await ridge.fit(x, plain);
  const controller = new AbortController();
  const stopped = permutationImportance(ridge, x, plain, {
    repeats: 1e9,
    signal: controller.signal,
    onProgress: ({ done }) => done === 5 && controller.abort(new Error('enough')),
  });
  await expect(stopped).rejects.toThrow('enough');
  ridge.dispose();
});

it.each([
  [null, 'The options of `partialDependence` must be an object. Received: null.'],
  [{ values: 3 }, '`values` must be an array. Received: number.'],
  [{ signal: 3 }, '`signal` must be an AbortSignal. Received: number.'],
  [{ individual: 'x' }, '`individual` must be true or false.'],
])('partial dependence is refused: %#', async (options, message) => {
  const model = { classes: undefined, decisionFunction: () => {}, predictProba: () => {} };
  const asked = partialDependence(model as never, x, 0, options as never);
  await expect(asked).rejects.toThrow(message);
});

describe('partial dependence', () => {
  it('is the mean over rows with the value in all of them', async () => {
    const ridge = new KernelRidge({ outputDim: 128, scale: 3, l2: 1e-4 });
    await ridge.fit(x, plain);
    const found = await partialDependence(ridge, x, 0, { points: 5, individual: true });
    expect(found.values).toHaveLength(5);
    expect(found.values[0]).toBeCloseTo(Math.min(...x.map(([a]) => a)), 6);
    for (const [i, value] of found.values.entries()) {
      const all = (await ridge.predict(x.map(([, b, c]) => [value as number, b, c]))) as number[];
      expect(found.means[i][0]).toBeCloseTo(all.reduce((a, b) => a + b) / all.length, 4);
      expect(found.individual?.[i].data[7]).toBeCloseTo(all[7], 4);
    }
    ridge.dispose();
  });

  it('tries the levels of a category, and gives a probability per class', async () => {
    const labelled = table.with(
      'label',
      objects.map(({ y }) => (y > 2 ? 'more' : 'less')),
    );
    const svm = new KernelSVM({ outputDim: 128 });
    await svm.fit(labelled.drop('y'), 'label');
    const { values, classes, means } = await partialDependence(svm, labelled, 'kind');
    expect(values).toEqual(['x', 'z']);
    expect(classes).toEqual(['less', 'more']);
    for (const mean of means) expect(mean[0] + mean[1]).toBeCloseTo(1, 5);
    expect(means[0][1] - means[1][1]).toBeGreaterThan(0.3);
    await expect(partialDependence(svm, labelled, 'sort')).rejects.toThrow(
      '`column` must name a column: a, b, c, kind, y, label. Received: "sort".',
    );
    svm.dispose();
  });

  it('refuses columns and values on which no prediction depends', async () => {
    const rows = objects.map((row, i) => ({
      ...{ ...row, planet: 'earth', seen: i % 2 === 0 },
      ...{ born: new Date(1e12 + 1e9 * i), rare: i === 3 ? 'once' : 'often' },
    }));
    const ridge = new KernelRidge({ outputDim: 32 });
    await ridge.fit(rows, 'y');
    const asked = (column: string, ...values: unknown[]) =>
      partialDependence(ridge, rows, column, values.length ? { values: values as never[] } : {});
    const features = 'name a column from which the model predicts: a, b, c, kind, seen, born';
    await expect(asked('y')).rejects.toThrow(`\`column\` must ${features}`);
    await expect(asked('planet')).rejects.toThrow(
      'Received: \'planet\'. "planet" is the same in all rows and is left out.',
    );
    for (const [column, values, message] of [
      [
        'kind',
        ['x', 'w'],
        "`values[1]` must be a value of column 'kind' that the model or `x` knows: x, z. Received: 'w'.",
      ],
      ['kind', [3], "`values[0]` must be a string in column 'kind', or null. Received: 3."],
      ['a', ['3'], "must be a finite number in column 'a', or null. Received: string."],
      ['a', [Number.NaN], 'Received: NaN.'],
      ['seen', [1], "must be true or false in column 'seen', or null"],
      ['born', ['2001-01-01'], "must be a Date in column 'born', or null"],
    ] as const) {
      await expect(asked(column, ...values)).rejects.toThrow(message);
    }
    for (const [column, value] of [
      ['kind', null],
      ['rare', 'once'],
      ['seen', false],
      ['born', new Date(1e12)],
    ] as const) {
      expect((await asked(column, value)).means).toHaveLength(1);
    }
    // A level that the model knows, though these rows do not have it.
    const some = rows.filter(({ kind }) => kind === 'x');
    expect((await partialDependence(ridge, some, 'kind', { values: ['z'] })).means).toHaveLength(1);
    await ridge.fit(x, plain);
    await expect(partialDependence(ridge, x, 0, { values: ['1'] })).rejects.toThrow(
      "`values[0]` must be a finite number in column '0'. Received: string.",
    );
    ridge.dispose();
  });
});
