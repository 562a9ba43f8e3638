import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseIdx } from '@kernel-methods/datasets';
import { expect, it } from 'vitest';
import { loadImages, type Source } from '../run/sources.ts';
import { preparePeerData } from './peer-data.ts';

const { signal } = new AbortController();
const output = { bar() {}, clear() {} };

it('writes synthetic digits for each seed, the same that our runs draw', async () => {
  const given = { dataset: 'synthetic' as const, rows: 50, data: undefined };
  const data = await preparePeerData(given, [1, 2], { signal, output });
  for (const seed of [1, 2]) {
    const holds = (name: string, bytes: Uint8Array) => {
      const file = readFileSync(join(data.folder(seed), `${name}-ubyte`));
      expect(Buffer.compare(parseIdx(file, { name }).data as Uint8Array, bytes)).toBe(0);
    };
    const { train, test, origin } = await loadImages({ ...given, seed }, signal, output);
    holds('train-images-idx3', train.x.data);
    holds('train-labels-idx1', train.y);
    holds('t10k-images-idx3', test.x.data);
    holds('t10k-labels-idx1', test.y);
    expect(data.origin(seed)).toBe(origin);
  }
  expect(data.folder(1)).not.toBe(data.folder(2));
  data.dispose();
  expect(existsSync(dirname(data.folder(1)))).toBe(false);
});

const source: Source = {
  origin: 'MNIST, read from /data',
  train: { x: { data: new Uint8Array(4), shape: [1, 2, 2] }, y: new Uint8Array(1), classNames: [] },
  test: { x: { data: new Uint8Array(4), shape: [1, 2, 2] }, y: new Uint8Array(1), classNames: [] },
};
const mnist = { dataset: 'mnist' as const, rows: 'all' as const, data: undefined };

it('names the folder of files that are there, and writes what was downloaded', async () => {
  const there = async () => ({ ...source, folder: '/data' });
  const data = await preparePeerData(mnist, [1, 2], { signal, output }, there);
  expect([data.folder(1), data.folder(2)]).toEqual(['/data', '/data']);
  data.dispose();

  const downloaded = await preparePeerData(mnist, [1, 2], { signal, output }, async () => source);
  expect(downloaded.folder(1)).toBe(downloaded.folder(2));
  expect(existsSync(`${downloaded.folder(1)}/t10k-labels-idx1-ubyte`)).toBe(true);
  downloaded.dispose();
  expect(existsSync(downloaded.folder(1))).toBe(false);
});

it('leaves nothing where it fails', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mnist-bench-'));
  const before = folders();
  let loads = 0;
  const load = async () => {
    loads += 1;
    if (loads > 1) throw new Error('no more');
    return source;
  };
  const given = { ...mnist, dataset: 'synthetic' as const };
  await expect(preparePeerData(given, [1, 2], { signal, output }, load)).rejects.toThrow('no more');
  expect(folders()).toEqual(before);
});
