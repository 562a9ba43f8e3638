import '@tensorflow/tfjs-backend-cpu';
import { additiveChi2Features } from '@kernel-methods/features';
import { Table } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossValidate, gridSearch, KernelRidge, KernelSVM, randomSearch } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

// biome-ignore lint/suspicious/noExplicitAny: what is wrong has no type
type Any = any;

const x = Array.from({ length: 12 }, (_, i) => [1 + Math.sin(i), 1 + Math.cos(2 * i)]);
const y = x.map(([a, b]) => a + 2 * b);
const names = y.map((value) => (value > 3 ? 'high' : 'low'));
const objects = x.map(([age, size], i) => ({ age, size, pay: y[i], income: names[i] }));
const columns = { age: 'number', size: 'number', pay: 'number', income: 'category' } as const;
const tableOf = (rows: readonly object[]) => Table.fromRows(rows as Any, { columns });
const quick = { outputDim: 8, scale: 1 };
const histogram = { features: additiveChi2Features() };

/** Rows with another value in one place. */
const withValue = (row: number, column: number, value: unknown) =>
  x.map((all, i) => all.map((one, c) => (i === row && c === column ? value : one)));

async function refused(work: () => Promise<unknown>): Promise<Error> {
  return expectNoLeak(() =>
    work().then(
      () => expect.unreachable('no error'),
      (error) => error,
    ),
  );
}

describe('an error of a stream names the batch', () => {
  /** Batches of four rows, read as a whole, pass by pass, or as they come. */
  const ways = [
    ['kept', () => new KernelRidge(quick), {}],
    ['kept, for classes', () => new KernelSVM(quick), {}],
    ['pass by pass', () => new KernelSVM({ ...quick, memoryBudget: 0, epochs: 1 }), {}],
    ['as they come', () => new KernelRidge({ ...quick, l2: 1 }), { memoryBudget: 0 }],
  ] as const;
  const streamOf = (batches: readonly object[]) => ({
    async *[Symbol.asyncIterator]() {
      for (const batch of batches) yield batch;
    },
  });
  const batchesOf = (rows: Any, targets: Any, weights?: Any) =>
    [0, 4, 8].map((from) => ({
      x: rows.slice(from, from + 4),
      y: targets.slice(from, from + 4),
      ...(weights && { sampleWeight: weights.slice(from, from + 4) }),
    }));

  for (const [way, model, options] of ways) {
    const svm = model();
    const targets = svm instanceof KernelSVM ? names : y;
    const cases: [string, object[], string][] = [
      [
        'a number that is none',
        batchesOf(withValue(9, 1, null), targets),
        'In batch 2: `x` must hold numbers. Received: null in row 1, column 1.',
      ],
      [
        'another width',
        batchesOf(
          x.map((row, i) => (i < 4 ? row : [...row, 1])),
          targets,
        ),
        'In batch 1: `x` must have rows',
      ],
      [
        'a target too few',
        [...batchesOf(x, targets).slice(0, 2), { x: x.slice(8), y: targets.slice(9) }],
        'In batch 2: `y` must have one entry per row of `x`, 4. Received: 3.',
      ],
      [
        'a target that is none',
        batchesOf(
          x,
          targets.map((one, i) => (i === 6 ? null : one)),
        ),
        'In batch 1: `y` must hold',
      ],
      [
        'a negative weight',
        batchesOf(
          x,
          targets,
          y.map((_, i) => (i === 11 ? -1 : 1)),
        ),
        'In batch 2: `sampleWeight` must hold finite numbers, 0 or above. Received: -1 in row 3.',
      ],
      [
        'no batch at all',
        [...batchesOf(x, targets).slice(0, 1), { x }],
        'A stream must give batches { x, y }. Received: Object as batch 1.',
      ],
    ];
    it.each(cases)(`${way}: %s`, async (_, batches, message) => {
      const one = model().setParams(options);
      const error = await refused(() => one.fit(streamOf(batches) as Any));
      expect(error.message).toContain(message);
      // What a console prints says so, too.
      expect(error.stack).toContain(message);
    });
  }

  it('where a feature is not defined', async () => {
    const ridge = new KernelRidge({ ...histogram, memoryBudget: 0, l2: 1, solver: 'direct' });
    const error = await refused(() =>
      ridge.fit(streamOf(batchesOf(withValue(10, 0, -1), y)) as Any),
    );
    expect(error.message).toMatch(/^In batch 2: .*row 2\b/);
  });

  it('of tables, and its column; batches without rows count, too', async () => {
    const tables = (rows: readonly object[]) =>
      streamOf([tableOf([]), tableOf(rows.slice(0, 4)), tableOf([]), tableOf(rows.slice(4))]);
    const ridge = new KernelRidge(quick);
    const fit = (rows: readonly object[]) => () =>
      ridge.fit(tables(rows) as Any, { target: 'pay' });
    await ridge.fit(tables(objects) as Any, { target: 'pay' });
    ridge.dispose();
    const blank = objects.map((row, i) => (i === 7 ? { ...row, pay: null } : row));
    expect((await refused(fit(blank))).message).toBe(
      'In batch 3: `y` must have a value in each row. Received: none in row 3 of column "pay"; leave such rows out by `table.filter`.',
    );
    const without = streamOf([tableOf(objects), tableOf(objects).drop('age')]);
    const error = await refused(() => ridge.fit(without as Any, { target: 'pay' }));
    expect(error).toMatchObject({ name: 'TableError', code: 'columns' });
    expect(error.message).toMatch(/^In batch 1: .*"age"/);
    const first = await refused(() => ridge.fit(without as Any, { target: 'wage' }));
    expect(first.message).toMatch(/^In batch 0: .*"wage"/);
  });

  it('but an error of the source itself, and the reason of an abort, are left as they are', async () => {
    const own = new Error('disk full');
    const broken = {
      async *[Symbol.asyncIterator]() {
        yield { x, y };
        throw own;
      },
    };
    expect(await refused(() => new KernelRidge(quick).fit(broken))).toBe(own);
    expect(own.message).toBe('disk full');
  });
});

describe('an error of rows for validation says so', () => {
  const ridge = () => new KernelRidge(quick);
  const table = tableOf(objects);
  const cases: [string, () => Promise<unknown>][] = [
    ['no rows', () => ridge().fit(x, y, { validationData: [null as Any, y] })],
    ['a number', () => ridge().fit(x, y, { validationData: [withValue(1, 1, '1') as Any, y] })],
    ['a width', () => ridge().fit(x, y, { validationData: [[[1]], [1]] })],
    ['targets', () => ridge().fit(x, y, { validationData: [x, y.slice(1)] })],
    ['a name of targets', () => ridge().fit(x, y, { validationData: [x, 'pay'] })],
    ['labels', () => new KernelSVM(quick).fit(x, names, { validationData: [x, y.map(String)] })],
    ['features', () => new KernelRidge(histogram).fit(x, y, { validationData: [[[-1, 1]], [1]] })],
    [
      'features of a network',
      () =>
        new KernelRidge({ ...histogram, optimizer: () => tf.train.sgd(0.1), epochs: 1 }).fit(x, y, {
          validationData: [[[-1e38, 1e38]], [1]],
        }),
    ],
    [
      'a table without',
      () => ridge().fit(table, 'pay', { validationData: [table.drop('age'), 'pay'] }),
    ],
    ['no target', () => ridge().fit(table, 'pay', { validationData: [table.drop('pay'), 'pay'] })],
    ['rows', () => ridge().fit(table, 'pay', { validationData: [x, y] })],
    ['null', () => ridge().fit(table, 'pay', { validationData: [null as Any, 'pay'] })],
    [
      'holes',
      () => ridge().fit(table, 'pay', { validationData: [[objects[0], null as Any], 'pay'] }),
    ],
    [
      'more rows',
      async () => {
        const model = ridge();
        await model.partialFit(table, 'pay');
        try {
          await model.partialFit(table, 'pay', { validationData: [table.drop('age'), 'pay'] });
        } finally {
          model.dispose();
        }
      },
    ],
    [
      'a stream',
      () =>
        new KernelRidge({ ...histogram, memoryBudget: 0, l2: 1 }).fit(
          {
            async *[Symbol.asyncIterator]() {
              yield { x, y };
            },
          },
          { validationData: [[[-1, 1]], [1]] },
        ),
    ],
  ];
  it.each(cases)('%s', async (_, work) => {
    const { message } = await refused(work);
    expect(message.match(/validationData/g)?.length, message).toBeGreaterThan(0);
  });

  it('of a split, too', async () => {
    const rows = withValue(11, 0, -1) as number[][];
    const error = await refused(() =>
      new KernelRidge(histogram).fit(rows, y, { validationSplit: 0.5 }),
    );
    expect(error.message).toMatch(/^In the rows of `validationSplit`: .*row 5\b/);
  });
});

describe('more rows for a table', () => {
  it('predict the same column, which is no feature', async () => {
    const table = tableOf(objects);
    const wage = tableOf(objects.map(({ pay, ...row }) => ({ ...row, pay, wage: pay })) as Any);
    const named = new KernelRidge(quick);
    await named.partialFit(table, 'pay');
    await expect(named.partialFit(table, 'size')).rejects.toThrow(
      "`y` must name 'pay', the column that was predicted before. Received: 'size'.",
    );
    await expect(named.partialFit(wage, 'wage')).rejects.toThrow("must name 'pay'");
    await named.partialFit(table.drop('pay'), y);
    await named.partialFit(table, 'pay');
    named.dispose();
    const apart = new KernelRidge(quick);
    await apart.partialFit(table.drop('pay'), y);
    await expect(apart.partialFit(table, 'size')).rejects.toThrow(
      "`y` must not name a column from which the model predicts. Received: 'size'.",
    );
    await apart.partialFit(table, 'pay');
    await expect(apart.partialFit(wage, 'wage')).rejects.toThrow("must name 'pay'");
    apart.dispose();
  });
});

describe('a selection names its own arguments', () => {
  const ridge = new KernelRidge(quick);
  const ways: [string, (rows: Any, targets: Any) => Promise<unknown>][] = [
    ['gridSearch', (rows, targets) => gridSearch(ridge, { l2: [1] }, rows, targets)],
    ['randomSearch', (rows, targets) => randomSearch(ridge, { l2: [1] }, rows, targets)],
    ['crossValidate', (rows, targets) => crossValidate(ridge, rows, targets)],
  ];
  it.each(ways)('%s', async (_, select) => {
    for (const [rows, targets, message] of [
      [[[1, 2]], [1], '`x` must have two rows or more to cross-validate. Received: 1.'],
      [
        objects.slice(0, 1),
        'pay',
        '`x` must have two rows or more to cross-validate. Received: 1.',
      ],
      [null, 'pay', '`x` must be a table or objects where `y` names a column. Received: null.'],
      [x, 'pay', '`y` must hold targets where `x` is no table. Received: "pay".'],
      [
        [null, ...x],
        [1, ...y],
        '`x` must hold a row of numbers, or an object, for each row. Received: null in row 0.',
      ],
      [[null, ...objects], 'pay', 'for each row. Received: null in row 0.'],
      [Object.assign(new Array(3), { 1: [1] }), [1, 2, 3], 'Received: undefined in row 0.'],
    ] as const) {
      expect((await refused(() => select(rows, targets))).message).toContain(message);
    }
  });
});
