import { expect, it } from 'vitest';
import { parse } from '../options/parse.ts';
import { loadData, part } from './data.ts';
import { type FarRows, labels, rows } from './far-rows.ts';
import { shardsOf } from './fit-far.ts';

const args = ['--dataset', 'synthetic', '--rows', '3000', '--seed', '5', '--deskew', 'yes'];
const { config } = parse([...args, '--machines', 'redis://somewhere']);
const data = await loadData(config, {
  signal: new AbortController().signal,
  output: { note() {}, bar() {} },
  fallBack: false,
});

it('gives a worker the training rows, each once, in their order', async () => {
  const shards = shardsOf(config, data);
  expect(shards).toHaveLength(3);
  const { train } = data.rows;
  const x = new Float32Array(train * 784);
  const y: number[] = [];
  for (const { argument } of shards) {
    // As it travels.
    for await (const batch of rows(JSON.parse(JSON.stringify(argument)) as FarRows)) {
      x.set(batch.x.data, y.length * 784);
      y.push(...batch.y);
    }
  }
  expect(x).toEqual(part(data.train.x, 0, train).data);
  expect(y).toEqual(labels(part(data.train.y, 0, train)));
  expect(new Set(y).size).toBe(10);
});

it('refuses rows of other data', async () => {
  const [{ argument }] = shardsOf(config, { ...data, checksum: 'sha256:0' });
  await expect(rows(argument).next()).rejects.toThrow(
    /^the data must be those of the machine that fits, sha256:0\. Received: sha256:[0-9a-f]+, synthetic digits/,
  );
});

it('reads synthetic digits where they stand in for the data set here', () => {
  const [{ argument }] = shardsOf({ ...config, dataset: 'mnist' }, data);
  expect(argument.args).toContain('synthetic');
});
