import '@kernel-methods/backend-simd';
import { KernelLogisticRegression, KernelRidge, multilabel } from '@kernel-methods/models';
import { expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { objective, weightsOf } from './fixtures/head.ts';
import { hasRedis, RedisServer, whyNoRedis } from './fixtures/redis-server.ts';
import * as rows from './fixtures/rows.ts';
import { shardsOf } from './fixtures/shards.ts';
import { sampleShards } from './sample-shards.ts';
import { startWorker } from './start-worker.ts';

const modules = { rows: { ...rows } };
const width = 8;
const names = ['far', 'high', 'left'];
type Form = 'names' | 'flags' | 'texts';

async function whole(form: Form, count: number) {
  const x: number[][] = [];
  const y: (string[] | number[] | string)[] = [];
  for await (const batch of rows.labels({ form, from: 0, count, width })) {
    x.push(...batch.x);
    y.push(...batch.y);
  }
  return { x, y: y as string[][] };
}

const taskOf = (form: Form) => multilabel(form === 'texts' ? { separator: ';' } : {});
const ridge = (form: Form, options = {}) =>
  new KernelRidge<string[]>({
    ...{ task: taskOf(form), outputDim: 64, scale: 0.5, l2: 1, ...options },
  });
const logistic = (form: Form) =>
  new KernelLogisticRegression<string[]>({
    ...{ task: taskOf(form), outputDim: 64, scale: 1, l2: 1e-3, solver: 'newton' },
  });
const shardsIn = (form: Form, counts = [200, 1, 399, 300]) =>
  shardsOf('labels', counts, { form, width });

const distance = (one: readonly number[], other: readonly number[]) =>
  Math.hypot(...one.map((value, i) => value - other[i])) / Math.hypot(...other);

it.each(['names', 'flags', 'texts'] as const)(
  'several labels a row, as %s, give what fit gives, in one pass',
  async (form) => {
    const { x, y } = await whole(form, 900);
    const alone = ridge(form);
    await alone.fit(x, y);
    const many = await distributedFit(ridge(form), shardsIn(form), { modules });
    expect(many.classes).toEqual(form === 'flags' ? ['0', '1', '2'] : names);
    expect(many.classes).toEqual(alone.classes);
    expect(distance(await weightsOf(many as never), await weightsOf(alone as never))).toBeLessThan(
      1e-6,
    );
    expect(await many.predict(x)).toEqual(await alone.predict(x));
    many.dispose();
    alone.dispose();
  },
);

it.each(['names', 'flags'] as const)('and by rounds, as %s', async (form) => {
  const { x, y } = await whole(form, 900);
  const alone = logistic(form);
  await alone.fit(x, y);
  const many = await distributedFit(logistic(form), shardsIn(form), { modules });
  const [one, other] = [
    await objective(alone as never, x, y as never),
    await objective(many as never, x, y as never),
  ];
  expect(Math.abs(one - other) / one).toBeLessThan(1e-6);
  expect(many.classes).toEqual(alone.classes);
  many.dispose();
  alone.dispose();
});

it('takes the labels of the task, and thresholds', async () => {
  const task = multilabel({ labels: ['left', 'nowhere', 'high', 'far'], threshold: 'f1' });
  const { x, y } = await whole('names', 400);
  const alone = ridge('names', { task });
  const validationData = [x, y] as const;
  await alone.fit(x, y, { validationData });
  const many = await distributedFit(ridge('names', { task }), shardsIn('names', [150, 250]), {
    modules,
    validationData,
  });
  expect(many.classes).toEqual(['left', 'nowhere', 'high', 'far']);
  expect(distance(await weightsOf(many as never), await weightsOf(alone as never))).toBeLessThan(
    1e-6,
  );
  // By thresholds that were chosen on the same rows.
  expect(await many.predict(x)).toEqual(await alone.predict(x));
  many.dispose();
  alone.dispose();
});

it('are drawn with their rows', async () => {
  const of = (form: Form) =>
    sampleShards(shardsIn(form, [100, 50]), {
      ...{ modules, sampleRows: 40, task: taskOf(form) },
    });
  const { y, classes, rows: all } = await of('names');
  expect(all).toBe(150);
  expect(classes).toEqual(names);
  const flags = await of('flags');
  expect(flags.classes).toEqual(['0', '1', '2']);
  expect(flags.y).toEqual((y as string[][]).map((own) => names.map((name) => +own.includes(name))));
  expect((await of('texts')).y).toEqual(y);
});

it('refuses names and rows of 0 and 1 in one fit, and fewer than two labels', async () => {
  const mixed = [...shardsIn('names', [50]), ...shardsIn('flags', [50])];
  await expect(distributedFit(ridge('names'), mixed, { modules })).rejects.toThrow(
    'In shard 1 (rows.labels({"from":0,"count":50,"form":"flags","width":8})): `y` must hold names in all batches, or rows of 0 and 1 in all. Received: both.',
  );
  const one = { rows: { one: () => [{ x: [[1], [2]], y: [['red'], []] }] } };
  const shards = [{ module: 'rows', function: 'one' }];
  await expect(distributedFit(ridge('names'), shards, { modules: one })).rejects.toThrow(
    "`y` must hold at least two labels; for one, use the task 'classification'. Received: 'red'.",
  );
});

it('classes that are one-hot are as many as columns, also where a class has no row', async () => {
  const make = () =>
    new KernelRidge({ ...{ task: 'classification', outputDim: 32, scale: 1, l2: 1e-2 } });
  const [x, y]: number[][][] = [[], []];
  for await (const batch of rows.hot({ from: 0, count: 300, width })) {
    x.push(...batch.x);
    y.push(...batch.y);
  }
  const alone = make();
  await alone.fit(x, y as never);
  const many = await distributedFit(make(), shardsOf('hot', [100, 200], { width }), { modules });
  expect(many.classes).toEqual([0, 1, 2]);
  expect(distance(await weightsOf(many), await weightsOf(alone))).toBeLessThan(1e-6);
  many.dispose();
  alone.dispose();
});

it.skipIf(!hasRedis)(`are the same on other machines${whyNoRedis}`, async () => {
  const server = await RedisServer.start();
  const worker = { connection: server.url, modules, lease: 1000 };
  const workers = await Promise.all([startWorker(worker), startWorker(worker)]);
  for (const form of ['names', 'flags', 'texts'] as const) {
    const alone = await distributedFit(ridge(form), shardsIn(form), { modules });
    const many = await distributedFit(ridge(form), shardsIn(form), { connection: server.url });
    expect(distance(await weightsOf(many as never), await weightsOf(alone as never))).toBeLessThan(
      1e-6,
    );
    expect(many.classes).toEqual(alone.classes);
    many.dispose();
    alone.dispose();
  }
  const { x, y } = await whole('names', 900);
  const reached = async (options: object) => {
    const model = await distributedFit(logistic('names'), shardsIn('names'), options);
    const value = await objective(model as never, x, y as never);
    model.dispose();
    return value;
  };
  const [here, there] = [await reached({ modules }), await reached({ connection: server.url })];
  expect(Math.abs(here - there) / here).toBeLessThan(1e-6);
  await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
  await Promise.all(workers.map((one) => one.close()));
  await server.stop();
});
