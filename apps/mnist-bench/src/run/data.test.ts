import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetError } from '@kernel-methods/datasets';
import { describe, expect, it, vi } from 'vitest';
import { parse } from '../options/parse.ts';
import { loadData } from './data.ts';
import { loadImages, loadImagesHere, type Source } from './sources.ts';

/** Images of 2×2 pixels: image i is filled with i, its label is i % 3. */
function images(rows: number) {
  const data = Uint8Array.from({ length: rows * 4 }, (_, i) => Math.floor(i / 4));
  const y = Uint8Array.from({ length: rows }, (_, i) => i % 3);
  return { x: { data, shape: [rows, 2, 2] }, y, classNames: ['a', 'b', 'c'] };
}

const source: Source = { origin: 'made up', train: images(10), test: images(4) };
const missing = () => Promise.reject(new DatasetError('network', 'mnist', 'no folder,\n  no net'));

function load({
  args = [] as string[],
  from = async (_dataset: string) => source,
  fallBack = true,
} = {}) {
  const notes: string[] = [];
  const output = { note: (text: string) => void notes.push(text), bar: () => {} };
  const { signal } = new AbortController();
  const data = loadData(parse(args).config, { signal, output, fallBack }, (config) =>
    from(config.dataset),
  );
  return { data, notes };
}

describe('loadData', () => {
  it('scales pixels, codes labels, takes the first rows and the whole test set', async () => {
    const data = await load({ args: ['--rows', '5'] }).data;
    expect(data.rows).toEqual({ train: 4, validation: 1, test: 4 });
    expect(data.train.x.shape).toEqual([5, 4]);
    expect([...data.train.x.data.slice(8, 12)]).toEqual(Array(4).fill(Math.fround(2 / 255)));
    expect(data.train.y.shape).toEqual([5, 3]);
    expect([...data.train.y.data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]);
    expect(data.test.x.shape).toEqual([4, 4]);
    expect(data).toMatchObject({ name: 'MNIST', origin: 'made up' });
  });

  it('trains on some digits, and tests the others apart', async () => {
    const data = await load({ args: ['--normal', '0,2', '--rows', '5'] }).data;
    // Of 10 rows, 0, 2, 3, 5, 6, 8 and 9 are left; of the test 0, 2 and 3.
    expect(data.rows).toEqual({ train: 4, validation: 1, test: 4 });
    const first = (rows: Float32Array) => [...rows].filter((_, i) => i % 4 === 0);
    expect(first(data.train.x.data)).toEqual([0, 2, 3, 5, 6].map((v) => Math.fround(v / 255)));
    expect([...data.train.y.data.slice(0, 6)]).toEqual([1, 0, 0, 0, 0, 1]);
    expect(first(data.test.x.data)).toEqual([0, 2, 3].map((v) => Math.fround(v / 255)));
    expect(first(data.unknown!.data)).toEqual([Math.fround(1 / 255)]);
    const all = await load({ args: ['--rows', '5'] }).data;
    expect(all.unknown).toBeUndefined();
    expect(data.checksum).not.toBe(all.checksum);
    const many = load({ args: ['--normal', '0,2', '--rows', '8'], fallBack: false }).data;
    await expect(many).rejects.toThrow('MNIST has 7 training rows of the digits 0,2 here, not 8.');
  });

  it('keeps no rows for validation where a task uses none', async () => {
    const { rows } = await load({ args: ['--task', 'novelty', '--normal', '1'] }).data;
    expect(rows).toEqual({ train: 3, validation: 0, test: 4 });
  });

  it('has a checksum of exactly the rows used', async () => {
    const [all, ten, five] = await Promise.all(
      [[], ['--rows', '10'], ['--rows', '5']].map((args) => load({ args }).data),
    );
    expect(all.checksum).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ten.checksum).toBe(all.checksum);
    expect(five.checksum).not.toBe(all.checksum);
  });

  it('refuses more rows than there are', async () => {
    await expect(load({ args: ['--rows', '11'], fallBack: false }).data).rejects.toThrow(
      'MNIST has 10 training rows here, not 11.',
    );
  });

  it('says so loudly, in one line, when synthetic digits stand in', async () => {
    const { data, notes } = load({
      from: (dataset) => (dataset === 'synthetic' ? Promise.resolve(source) : missing()),
    });
    expect(await data).toMatchObject({
      name: 'synthetic digits',
      origin: 'made up, in place of MNIST, which cannot be had here',
    });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^WARNING: MNIST cannot be had, so this runs on SYNTHETIC digits/);
    expect(notes[0]).toContain('(mnist: no folder, no net)');
    expect(notes[0]).not.toContain('\n');
  });

  it('takes a download of something else for none', async () => {
    const page = new DatasetError('magic', 'url', 'a page');
    const from = (dataset: string) =>
      dataset === 'synthetic'
        ? Promise.resolve(source)
        : Promise.reject(new DatasetError('magic', 'mnist', 'could not be downloaded', page));
    expect((await load({ from }).data).name).toBe('synthetic digits');
  });

  it.each([
    ['is not allowed', missing, false, 'no folder'],
    [
      'would hide a damaged file',
      () => Promise.reject(new DatasetError('checksum', 'file', 'damaged')),
      true,
      'damaged',
    ],
    ['would hide a bug', () => Promise.reject(new TypeError('bug')), true, 'bug'],
  ])('fails where a replacement %s', async (_why, from, fallBack, message) => {
    const { data, notes } = load({ from, fallBack });
    await expect(data).rejects.toThrow(message);
    expect(notes).toEqual([]);
  });
});

it('names the file that a folder of --data lacks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mnist bench data '));
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const { config } = parse(['--data', folder]);
  const output = { bar() {} };
  try {
    for (const missing of names) {
      for (const name of names) {
        if (name !== missing) writeFileSync(join(folder, `${name}-ubyte.gz`), '');
      }
      await expect(loadImages(config, new AbortController().signal, output)).rejects.toThrow(
        `\`--data\` must be a folder with all files of the data set, and ${missing}-ubyte is missing. Received: ${folder}.`,
      );
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('loads nothing early where the files are not here, or not right, and says nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'early '));
  vi.stubEnv('KERNEL_METHODS_DATA', folder);
  vi.stubEnv('XDG_CACHE_HOME', folder);
  try {
    const early = (args: string[]) => loadImagesHere(parse(args).config);
    expect(await early(['--dataset', 'synthetic'])).toBeUndefined();
    expect(await early(['--dataset', 'kmnist'])).toBeUndefined();
    const idx = (bytes: number[], shape: number[]) =>
      Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...bytes]);
    for (const [name, rows] of [
      ['train', 3],
      ['t10k', 2],
    ] as const) {
      const [pixels, labels] = [Array(rows * 784).fill(rows), Array(rows).fill(1)];
      writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idx(pixels, [rows, 28, 28]));
      writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idx(labels, [rows]));
    }
    const args = ['--dataset', 'kmnist', '--data', folder];
    const { signal } = new AbortController();
    const late = await loadImages(parse(args).config, signal, { bar: () => {} });
    expect(late.train.x.shape).toEqual([3, 28, 28]);
    expect(await early(args)).toEqual(late);
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), 'no labels');
    expect(await early(args)).toBeUndefined();
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
