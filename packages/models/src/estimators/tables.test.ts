import { createRandom } from '@kernel-methods/random';
import { Table, tableEncoder, targetEncoder, toSparse } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { savedBy } from '../fixtures/saved-by.ts';
import { crossValidate } from '../selection/cross-validate.ts';
import { gridSearch } from '../selection/grid-search.ts';
import { ridgeSearch } from '../selection/ridge-search.ts';
import { KernelRidge } from './kernel-ridge.ts';
import { KernelSVM } from './kernel-svm.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

interface Person extends Record<string, number | string | boolean | null> {
  age: number | null;
  job: string;
  member: boolean;
  pay: number;
  income: string;
}

/** Income follows from age and job, with some blanks. */
function people(count: number, seed = 1): Person[] {
  const random = createRandom(seed);
  const jobs = ['clerk', 'smith', 'cook'];
  return Array.from({ length: count }, () => {
    const age = 20 + Math.floor(50 * random.uniform());
    const job = Math.floor(3 * random.uniform());
    const member = random.uniform() < 0.5;
    const pay = age + 15 * job + (member ? 5 : 0);
    const income = pay > 65 ? 'high' : 'low';
    return { age: random.uniform() < 0.1 ? null : age, job: jobs[job], member, pay, income };
  });
}

const table = Table.fromRows(people(240)).drop('pay');
const others = Table.fromRows(people(120, 2)).drop('pay');

describe('fit on a table', () => {
  it('predicts a column from the others, for tables, objects and one object', async () => {
    const svm = new KernelSVM<string>();
    await svm.fit(table, 'income');
    expect(await svm.score(others, 'income')).toBeGreaterThan(0.85);
    const all = await svm.predict(others);
    expectTypeOf(all).toEqualTypeOf<string[]>();
    expect(await svm.predict([...others])).toEqual(all);
    expect(await svm.predict(others.row(3))).toEqual([all[3]]);
    const { accuracy } = await svm.evaluate([...others], 'income');
    expect(accuracy).toBe(await svm.score(others, 'income'));
    expect(svm.encoder?.featureNames).toContain('job=smith');
    svm.dispose();
  });

  it('does what a fit on the coded rows does', async () => {
    const encoder = tableEncoder();
    const x = encoder.fitTransform(table, { target: 'income' });
    const [byTable, byRows] = [new KernelSVM<string>(), new KernelSVM<string>()];
    await byTable.fit(table, 'income');
    await byRows.fit(x, table.column('income') && [...table].map((row) => row.income as string));
    expect(await byTable.decisionFunction(others)).toEqual(
      await byRows.decisionFunction(encoder.transform(others)),
    );
    byTable.dispose();
    byRows.dispose();
  });

  it('takes objects, targets beside the table, and an encoder', async () => {
    const rows = people(100);
    const pay = rows.map((row) => row.pay);
    const encoder = tableEncoder({ columns: { income: 'drop' } });
    const ridge = new KernelRidge({ encoder });
    await ridge.fit(
      rows.map(({ pay: _, ...row }) => row),
      pay,
    );
    expect(ridge.encoder?.featureColumns).not.toContain('income');
    expect(encoder.isFitted).toBe(false);
    expect(await ridge.score(rows, pay)).toBeGreaterThan(0.9);
    ridge.dispose();
  });

  it('learns nothing from rows that are kept for validation', async () => {
    const rows = people(100).map((row, i) => ({ ...row, job: i < 80 ? row.job : 'unseen' }));
    const ridge = new KernelRidge();
    await ridge.fit(Table.fromRows(rows), 'pay', { validationSplit: 0.2 });
    expect(ridge.encoder?.featureNames.some((name) => name.includes('unseen'))).toBe(false);
    const whole = Table.fromRows(rows);
    const apart = new KernelRidge();
    await apart.fit(whole.slice(0, 80), 'pay', { validationData: [whole.slice(80), 'pay'] });
    expect(await apart.predict(whole)).toEqual(await ridge.predict(whole));
    ridge.dispose();
    apart.dispose();
  });

  it('goes on with more rows', async () => {
    const rows = Table.fromRows(people(200)).drop('income');
    const ridge = new KernelRidge({ l2: 1e-3, scale: 2, outputDim: 64 });
    await ridge.partialFit(rows.slice(0, 100), 'pay');
    await ridge.partialFit(rows.slice(100), 'pay');
    expect(await ridge.score(rows, 'pay')).toBeGreaterThan(0.9);
    ridge.dispose();
  });

  it('reads tables that stream by, and codes each by the first', async () => {
    const rows = Table.fromRows(people(300)).drop('income');
    let opened = 0;
    const batches = {
      async *[Symbol.asyncIterator]() {
        opened++;
        for (let from = 0; from < 300; from += 100) {
          yield rows.slice(from, from + 100);
          yield rows.slice(0, 0); // A reader that filters may leave nothing.
        }
      },
    };
    const options = { l2: 1e-3, scale: 2, outputDim: 64 };
    const [streamed, whole] = [new KernelRidge(options), new KernelRidge(options)];
    await streamed.fit(batches, { target: 'pay' });
    expect(opened).toBe(1);
    const x = streamed.encoder?.transform(rows);
    await whole.fit(
      x as NonNullable<typeof x>,
      [...rows].map((row) => row.pay as number),
    );
    const [a, b] = [await streamed.predict(rows), await whole.predict(x as NonNullable<typeof x>)];
    a.forEach((value, i) => {
      expect(value).toBeCloseTo(b[i] as number, 3);
    });
    streamed.dispose();
    whole.dispose();
  });

  it('leaves no tensor behind, also where it fails', async () => {
    await expectNoLeak(async () => {
      const svm = new KernelSVM({ outputDim: 32 });
      await svm.fit(table, 'income');
      await svm.predict(others);
      await svm.predict(others.drop('age')).catch(() => {});
      await svm.fit(table, 'nothing').catch(() => {});
      svm.dispose();
    });
  });
});

describe('what a table is refused for', () => {
  const ridge = new KernelRidge({ outputDim: 16 });

  it.each([
    [() => ridge.fit(table, 'incme'), 'There is no column "incme"'],
    [() => ridge.fit(table, 'age'), '`y` must have a value in each row. Received: none in row'],
    [() => ridge.fit([[1], [2]], 'age' as never), '`y` must be an array of labels or numbers'],
    [
      () =>
        ridge.fit(
          table.filter(({ age }) => age !== null),
          'age',
          { validationData: [[[1]], [1]] },
        ),
      '`validationData[0]` must be a table or objects if `x` is.',
    ],
  ])('%#', async (fit, message) => {
    await expect(fit()).rejects.toThrow(message);
  });

  it('refuses a hole among objects, and targets and options that are none', async () => {
    const rows: Person[] = people(20);
    delete rows[7];
    const message =
      '`x` must hold an object with a value for each column in each row. Received: undefined in row 7.';
    await expect(ridge.fit(rows, 'pay')).rejects.toThrow(message);
    await ridge.fit(Table.fromRows(people(20)), 'pay');
    await expect(ridge.predict(rows)).rejects.toThrow(message);
    expect(await ridge.predict(table.slice(0, 0))).toEqual([]);
    const none = '`y` must be an array of labels or numbers';
    await expect(ridge.fit(table, null as never)).rejects.toThrow(none);
    await expect(ridge.fit(table, 3 as never)).rejects.toThrow(none);
    const stream = { async *[Symbol.asyncIterator]() {} };
    await expect(ridge.fit(stream, { target: 3 as never })).rejects.toThrow(
      '`target` must be the name of a column. Received: number.',
    );
    const dated = table.with(
      'when',
      Array.from({ length: table.rows }, (_, i) => new Date(i)),
    );
    await expect(ridge.fit(dated, 'when')).rejects.toThrow('Received: "when", of dates.');
    await expect(KernelRidge.load('x', { encoders: 3 as never })).rejects.toThrow(
      '`encoders` must be an array of column encoders. Received: number.',
    );
  });

  it('names the column and the row that do not fit', async () => {
    await ridge.fit(
      table.filter(({ age }) => age !== null),
      'age',
    );
    const row = others.row(0);
    await expect(ridge.predict([row, { ...row, member: 3 }])).rejects.toThrow(
      /member.*row 1|row 1.*member/is,
    );
    const { job: _, ...without } = row;
    await expect(ridge.predict(without)).rejects.toThrow('The row lacks the column "job".');
    await expect(ridge.predict([[1, 2]])).rejects.toThrow(
      '`x` must be a table or objects, as in `fit`, with the columns job, member, income. Received:',
    );
    const plain = new KernelRidge({ outputDim: 16 });
    await plain.fit([[1], [2], [3]], [1, 2, 3]);
    await expect(plain.predict(table)).rejects.toThrow(
      '`x` must hold rows of numbers, as in `fit`. Received: a table.',
    );
    ridge.dispose();
    plain.dispose();
  });
});

describe('a saved model', () => {
  it('codes rows as before, to the bit', async () => {
    const svm = new KernelSVM<string>({ outputDim: 64 });
    await svm.fit(table, 'income');
    const loaded = await KernelSVM.load(await savedBy(svm));
    expect(await loaded.decisionFunction(others)).toEqual(await svm.decisionFunction(others));
    expect(await loaded.predict(others.row(0))).toEqual(await svm.predict(others.row(0)));
    svm.dispose();
    loaded.dispose();
  });

  it('knows column encoders of the caller', async () => {
    const own = { ...tableEncoderOf('doubled'), accepts: ['number'] as const };
    const ridge = new KernelRidge({
      outputDim: 16,
      encoder: tableEncoder({ columns: { age: own } }),
    });
    const rows = Table.fromRows(people(60))
      .drop('income')
      .filter(({ age }) => age !== null);
    await ridge.fit(rows, 'pay');
    const handler = await savedBy(ridge);
    await expect(KernelRidge.load(handler)).rejects.toThrow('hold one of the kind "doubled"');
    const loaded = await KernelRidge.load(handler, { encoders: [own] });
    expect(await loaded.predict(rows)).toEqual(await ridge.predict(rows));
    ridge.dispose();
    loaded.dispose();
  });
});

describe('selection', () => {
  // A category per row, and labels that are drawn: whoever sees a row's own target knows it.
  const random = createRandom(7);
  const noise = Table.fromRows(
    Array.from({ length: 200 }, (_, i) => ({
      id: `n${i % 100}`,
      value: random.normal(),
      label: random.uniform() < 0.5 ? 'a' : 'b',
    })),
  );
  const encoder = tableEncoder({ columns: { id: targetEncoder() } });

  it('codes the rows of each fold by its training rows alone', async () => {
    const svm = new KernelSVM<string>({ encoder, outputDim: 64 });
    const { mean, scores } = await crossValidate(svm, noise, 'label', { folds: 5, seed: 3 });
    expect(scores).toHaveLength(5);
    // Standard error of 200 fair coins: 0.035.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * 0.035);
    // The leak that this looks for: targets that are coded once, with all rows.
    const x = encoder.clone().fit(noise, { target: 'label' }).transform(noise);
    const labels = [...noise].map((row) => row.label as string);
    const leaky = await crossValidate(svm, x, labels, { folds: 5, seed: 3 });
    expect(leaky.mean).toBeGreaterThan(0.65);
  });

  it('gives each fold what a fit on its rows gives', async () => {
    const ridge = new KernelRidge({ outputDim: 64, scale: 2, l2: 1e-3 });
    const rows = Table.fromRows(people(90)).drop('income');
    const train = Int32Array.from({ length: 60 }, (_, i) => i);
    const test = Int32Array.from({ length: 30 }, (_, i) => 60 + i);
    const { scores } = await crossValidate(ridge, rows, 'pay', { folds: [{ train, test }] });
    await ridge.fit(rows.take(train), 'pay');
    expect(scores[0]).toBeCloseTo(await ridge.score(rows.take(test), 'pay'), 4);
    ridge.dispose();
  });

  it('chooses among encoders and settings, and fits the best to the table', async () => {
    const rows = Table.fromRows(people(120)).drop('income');
    const grid = {
      encoder: [tableEncoder(), tableEncoder({ columns: { age: 'drop' as const } })],
      l2: [1e-3, 10],
    };
    const { best, params } = await gridSearch(
      new KernelRidge({ outputDim: 64 }),
      grid,
      rows,
      'pay',
      {
        folds: 3,
      },
    );
    expect(params.l2).toBe(1e-3);
    expect(params.encoder).toBe(grid.encoder[0]);
    expect(await best.score(rows, 'pay')).toBeGreaterThan(0.9);
    best.dispose();
  });

  it('chooses a penalty of ridge regression', async () => {
    const rows = Table.fromRows(people(120)).drop('income');
    const found = await ridgeSearch(new KernelRidge({ outputDim: 64 }), [1e-4, 10], rows, 'pay');
    expect(found.l2).toBe(1e-4);
    expect(await found.best.predict(rows.row(0))).toHaveLength(1);
    found.best.dispose();
  });
});

describe('sparse rows', () => {
  const random = createRandom(5);
  const data = Float32Array.from({ length: 80 * 30 }, () =>
    random.uniform() < 0.1 ? random.normal() : 0,
  );
  const dense = { data, shape: [80, 30] as const };
  const y = Array.from({ length: 80 }, (_, i) => data[30 * i] + data[30 * i + 1]);

  it('train what the same dense rows train, and are predicted alike', async () => {
    const [a, b] = [new KernelRidge({ outputDim: 64 }), new KernelRidge({ outputDim: 64 })];
    await a.fit(dense, y);
    await b.fit(toSparse(dense), y);
    const [found, expected] = [await b.predict(toSparse(dense)), await a.predict(dense)];
    // Products leave out the zeros, so sums are rounded elsewhere.
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5);
    });
    a.dispose();
    b.dispose();
  });

  it('are checked', async () => {
    const rows = toSparse(dense);
    rows.values[3] = Number.NaN;
    const ridge = new KernelRidge({ outputDim: 16 });
    await expect(ridge.fit(rows, y)).rejects.toThrow(
      /finite numbers only. Received: NaN in row \d+/,
    );
    await expect(ridge.fit({ ...rows, shape: [79, 30] as const }, y)).rejects.toThrow(
      '`x.indptr` must be',
    );
  });
});

/** Codes a number as twice itself. */
function tableEncoderOf(kind: string) {
  const fitted = {
    features: [''],
    transform: ({ values }: { values: Float64Array }) => ({
      data: Float32Array.from(values, (value) => 2 * value),
      shape: [values.length, 1] as const,
    }),
    toJSON: () => ({}),
  };
  return { kind, fit: () => fitted, fromJSON: () => fitted } as never as {
    kind: string;
    fit(): never;
    fromJSON(): never;
  };
}
