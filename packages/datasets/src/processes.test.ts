import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, fileServer } from './fixtures/file-server.ts';
import { tinySet } from './fixtures/tiny-set.ts';
import { loadImageSet } from './load-image-set.ts';

const { set, packed } = tinySet();
const imagesName = 'train-images-idx3-ubyte';
const labelsName = 'train-labels-idx1-ubyte';

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'datasets '));
});
afterEach(() => rm(cacheDir, { recursive: true }));

const serve: Answer = (response, { url }) => {
  response.end(url?.includes('images') ? packed.images : packed.labels);
};
const load = (mirror = 'http://127.0.0.1:9') =>
  loadImageSet(set, { split: 'train', cacheDir, mirrors: [mirror] });

describe('several processes', () => {
  const run = (script: string, ...args: string[]) => {
    const file = fileURLToPath(new URL(`fixtures/${script}`, import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@kernel-methods/source', file, ...args]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const ended = new Promise<string>((resolve) => {
      child.on('close', () => resolve(output));
    });
    return { child, ended };
  };

  it('may fill one cache at once', async () => {
    await using server = await fileServer((response, request) => {
      setTimeout(() => serve(response, request), 50);
    });
    const runs = [1, 2, 3].map(() => run('load-tiny.ts', server.url, cacheDir).ended);
    for (const output of await Promise.all(runs)) expect(output).toMatch(/^(download|cache)$/);
    expect((await readdir(path.join(cacheDir, 'tiny'))).sort()).toEqual([
      `${imagesName}.gz`,
      `${labelsName}.gz`,
    ]);
    expect((await load()).origin.source).toBe('cache');
  });

  it('may be killed while downloading', async () => {
    let halfWay = () => {};
    await using hanging = await fileServer((response) => {
      response.write(packed.images.subarray(0, 100), () => halfWay());
    });
    const { child, ended } = run('load-tiny.ts', hanging.url, cacheDir);
    await new Promise<void>((resolve) => {
      halfWay = resolve;
    });
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(path.join(cacheDir, 'tiny', `${imagesName}.gz`))).toBe(false);
    await using server = await fileServer(serve);
    expect((await load(server.url)).origin.source).toBe('download');
  });

  it('may be killed while writing: the file is whole or absent', async () => {
    for (const delay of [0, 3, 9, 20]) {
      const { child, ended } = run('write-forever.ts', cacheDir);
      await new Promise((resolve) => {
        child.stdout.once('data', () => setTimeout(resolve, delay));
      });
      child.kill('SIGKILL');
      expect(await ended).toBe('ready');
      const file = path.join(cacheDir, 'file.gz');
      if (existsSync(file)) {
        const bytes = await readFile(file);
        expect(bytes.length).toBe(4_000_000);
        expect(bytes.every((byte) => byte === 7)).toBe(true);
      }
    }
  });
});
