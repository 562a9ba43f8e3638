import '@kernel-methods/backend-simd';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { distributedCalls, distributedFit } from '@kernel-methods/distributed';
import { KernelModel } from '@kernel-methods/models';
import { type Job, type Measured, measurerOf } from '@kernel-methods/search';
import type { Table } from '@kernel-methods/tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as farRows from '../data/far-rows.ts';
import { prepare } from '../data/prepare.ts';
import { readFiles } from '../data/read-data.ts';
import { shopsCsv, temporary } from '../fixtures/tables.ts';
import type { FitSettings } from '../options/options.ts';
import { parse } from '../options/parse.ts';
import { farFit, filesOf, shardsOf } from './far-fit.ts';
import { farMeasure } from './far-measure.ts';

const folder = temporary();
const files = [folder.at('shops.csv'), folder.at('more.csv')];
beforeAll(() => {
  writeFileSync(files[0], shopsCsv(2000, 1).replaceAll(',', ';'));
  // Its first row has no target, and is left out.
  writeFileSync(
    files[1],
    shopsCsv(300, 2)
      .replaceAll(',', ';')
      .replace(/;(well|badly)\n/, ';\n'),
  );
});
afterAll(() => folder.remove());

async function questionOf(...args: string[]) {
  const invocation = parse(['fit', ...files, '--separator', ';', ...args]);
  if (!('asked' in invocation)) throw new Error('This is no command.');
  const settings = invocation.asked.settings as FitSettings;
  const { question } = prepare(await readFiles(files, settings), settings);
  return { settings, question };
}

describe('the rows of workers', () => {
  it('are those of the question, each once, in their order', async () => {
    const { settings, question } = await questionOf('--target', 'does', '--groups', 'kind');
    const shards = shardsOf(files, settings, question);
    expect(shards).toHaveLength(3);
    const rows: object[] = [];
    for (const { argument } of shards) {
      for await (const table of farRows.rows(argument)) rows.push(...(table as Table));
    }
    expect(rows).toHaveLength(2299);
    expect(rows).toEqual([...question.table]);
  });

  it('give the model that fit gives', async () => {
    const { settings, question } = await questionOf('--target', 'sales', '--drop', 'does,id');
    const { table, target } = question;
    const model = () => new KernelModel<never>({ task: 'regression', outputDim: 32, l2: 0.01 });
    const [alone, many] = [model(), model()];
    await alone.fit(table, target);
    const modules = { 'kernel-methods': { ...farRows } };
    await distributedFit(many, shardsOf(files, settings, question), { modules, target });
    const some = table.head(50);
    const expected = Array.from((await alone.predict(some)) as ArrayLike<number>);
    const found = Array.from((await many.predict(some)) as ArrayLike<number>);
    expect(found).toHaveLength(50);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], 3);
    alone.dispose();
    many.dispose();
  });

  it('are refused where the files hold something else', async () => {
    const { settings, question } = await questionOf('--target', 'does');
    const [{ argument }] = shardsOf(files, settings, {
      ...question,
      table: question.table.head(9),
    });
    await expect(farRows.rows(argument).next()).rejects.toThrow(
      /^the files must hold what they hold on the machine that fits\. Received: other rows in .*more\.csv\.$/,
    );
  });
});

it('measures candidates by calls as they are measured here', async () => {
  const { settings, question } = await questionOf('--target', 'does', '--drop', 'sales,id');
  const machine = { map: 'identity', loss: 'meanSquaredError', solver: 'direct', seed: 0 } as const;
  const job = (folds: number): Job => ({
    ...{ kind: 'folds', settings: [machine] },
    part: { most: 300, division: { folds, times: 1 } },
  });
  const jobs = [job(2), job(3)];
  const here = await Promise.all(jobs.map((one) => measurerOf(question)(one)));
  const calls: typeof distributedCalls = (what, { signal, onResult } = {}) => {
    const modules = { 'kernel-methods': { ...farRows } };
    return distributedCalls(what, { modules, signal, onResult });
  };
  const options = { connection: '', calls, onWorkers: () => {} };
  const far: (readonly Measured[])[] = [];
  await farMeasure(filesOf(files, settings, question), options)(jobs, {
    onMeasured(at, measured) {
      far[at] = measured;
      return true;
    },
  });
  const means = (all: readonly (readonly Measured[])[]) =>
    all.map((measured) => measured.map((one) => 'mean' in one && [one.mean, one.deviation]));
  expect(means(here).flat(2)).not.toContain(false);
  expect(means(far)).toEqual(means(here));
});

it('reads files again that have changed since the last fit', async () => {
  const { settings, question } = await questionOf('--target', 'does');
  const [{ argument }] = shardsOf(files, settings, question);
  const count = async (asked: Parameters<typeof farRows.rows>[0]) =>
    (await farRows.rows(asked).next()).value?.rows;
  const before = await count(argument);
  const text = readFileSync(files[1], 'utf8');
  try {
    // The last row twice.
    appendFileSync(files[1], `${text.trimEnd().split('\n').at(-1)}\n`);
    const grown = await questionOf('--target', 'does');
    const shards = shardsOf(files, grown.settings, grown.question);
    expect(grown.question.table.rows).toBe(question.table.rows + 1);
    expect(await count({ ...shards[0].argument, count: 5000 })).toBe(question.table.rows + 1);
    // What the first fit asks for is not there any more.
    await expect(farRows.rows(argument).next()).rejects.toThrow('the files must hold');
  } finally {
    writeFileSync(files[1], text);
  }
  expect(await count(argument)).toBe(before);
});

it('trains here what other machines cannot, and says why', async () => {
  const { settings, question } = await questionOf('--target', 'does', '--drop', 'sales,id');
  // Nobody listens there.
  const fitTo = await farFit(files, { ...settings, machines: 'redis://127.0.0.1:1' });
  const notes: string[] = [];
  const { signal } = new AbortController();
  const { fitAll } = fitTo(
    { ...question, table: question.table.head(60) },
    { signal, note: (text) => notes.push(text) },
  );
  const model = new KernelModel<string>({ loss: 'hinge', solver: 'smo', outputDim: 16, scale: 1 });
  await fitAll(model as KernelModel, () => {});
  expect(model.settings.solver).toBe('smo');
  expect(notes).toEqual([
    "The model is trained here, not by --machines: `solver` must be 'direct' or 'newton' for rows on other machines. Received: smo.",
  ]);
  model.dispose();
});
