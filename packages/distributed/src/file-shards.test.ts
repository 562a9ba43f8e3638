import '@kernel-methods/backend-simd';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KernelRidge } from '@kernel-methods/models';
import { readCsv } from '@kernel-methods/tables';
import { afterAll, describe, expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { fileShards } from './file-shards.ts';
import { weightsOf } from './fixtures/head.ts';
import { readShard } from './read-shard.ts';
import type { Shard } from './shard.ts';

const folder = mkdtempSync(join(tmpdir(), 'kernel-methods-shards-'));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = { a: 'number', note: 'category', price: 'number' } as const;
const rows = Array.from({ length: 200 }, (_, i) => ({
  a: (i * 37) % 101,
  note: ['plain', 'two\nlines', 'a "quote", too'][i % 3],
  price: ((i * 37) % 101) / 10 + (i % 3),
}));
const quoted = (text: string) => (/[\n",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = `a,note,price\n${rows.map(({ a, note, price }) => `${a},${quoted(note)},${price}`).join('\n')}`;

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function rowsOf(shards: readonly Shard[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const shard of shards) {
    for await (const table of readShard(shard, {}, new AbortController().signal)) {
      all.push(...(table as Iterable<unknown>));
    }
  }
  return all;
}

describe('fileShards', () => {
  it.each([1, 7, 300, 1000, 1e6])('divides CSV at records, about every %d bytes', async (bytes) => {
    const file = fileOf('rows.csv', csv);
    const shards = await fileShards(file, { bytes, columns });
    expect(shards[shards.length - 1].to).toBe(csv.length);
    if (bytes < 1000) expect(shards.length).toBeGreaterThan(10);
    expect(await rowsOf(shards)).toEqual(rows);
  });

  it.each([1, 50, 1000, 1e6])('divides lines of JSON, about every %d bytes', async (bytes) => {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const shards = await fileShards(fileOf('rows.jsonl', text), { bytes, columns });
    expect(await rowsOf(shards)).toEqual(rows);
  });

  it('reads ranges of a URL, and refuses a server without ranges', async () => {
    const file = fileOf('rows.csv', csv);
    const shards = await fileShards(file, { bytes: 1000, columns });
    let knowsRanges = true;
    const server = createServer(({ headers }, response) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
      const all = readFileSync(file);
      response.writeHead(knowsRanges ? 206 : 200);
      response.end(knowsRanges ? all.subarray(Number(from), Number(to) + 1) : all);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const far = shards.map((shard) => ({ ...shard, file: `http://127.0.0.1:${port}/rows.csv` }));
    expect(await rowsOf(far)).toEqual(rows);
    knowsRanges = false;
    await expect(rowsOf(far)).rejects.toThrow('must answer with status 206. Received: 200.');
    server.close();
  });

  it('fits a file as its table is fitted', async () => {
    const file = fileOf('rows.csv', csv);
    const make = () => new KernelRidge({ outputDim: 16, scale: 1, l2: 0.1 });
    const alone = make();
    await alone.fit(await readCsv(file, { columns }), 'price');
    const shards = await fileShards(file, { bytes: 1000, columns });
    const many = await distributedFit(make(), shards, { target: 'price' });
    const [one, other] = [await weightsOf(many), await weightsOf(alone)];
    expect(Math.max(...one.map((value, i) => Math.abs(value - other[i])))).toBeLessThan(1e-5);
    many.dispose();
    alone.dispose();
  });

  it('says which part of a file fails', async () => {
    const file = fileOf('bad.csv', 'a,price\n1,2\n2,3\n3,oops\n4,5\n');
    const shards = await fileShards(file, { bytes: 4, columns: { a: 'number', price: 'number' } });
    const fit = distributedFit(new KernelRidge(), shards, { target: 'price' });
    await expect(fit).rejects.toThrow(/^In shard 2 \(.*bad\.csv, bytes 16 to 23\): .*oops/);
    await expect(fileShards(fileOf('empty.csv', ''))).rejects.toThrow('which is empty');
    await expect(fileShards(file.replace('.csv', ''))).rejects.toThrow('`format` must be');
  });
});
