import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inPieces, utf8 } from '../fixtures/pieces.ts';
import { platform as browser } from './platform.browser.ts';
import { platform as node } from './platform.node.ts';
import { readCsv } from './read-csv.ts';
import { readTable } from './read-table.ts';
import type { Source } from './source.ts';

const text = 'a,b\n1,x\n2,é\n';
const rows = [
  { a: 1, b: 'x' },
  { a: 2, b: 'é' },
];
// Two members, as `cat a.gz b.gz` makes them, cut inside the second record.
const zipped = Buffer.concat([gzipSync(text.slice(0, 7)), gzipSync(text.slice(7))]);

let folder: string;
let address: string;
const server = createServer((request, response) => {
  const body = request.url?.endsWith('.gz') ? zipped : Buffer.from(text);
  if (request.url === '/missing.csv') response.writeHead(404, 'Not Found').end('<html>');
  else response.writeHead(200, { 'content-length': body.length }).end(body);
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-'));
  await writeFile(join(folder, 'a b.csv'), text);
  await writeFile(join(folder, 'a.csv.gz'), zipped);
  await writeFile(join(folder, 'cut.csv.gz'), zipped.subarray(0, -9));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const strings = () =>
  new ReadableStream<string>({
    start(controller) {
      for (const character of text.split('')) controller.enqueue(character);
      controller.close();
    },
  });

describe('a table is the same from', () => {
  const sources: [string, () => Source][] = [
    ['text', () => text],
    ['{ text }', () => ({ text })],
    ['a path', () => join(folder, 'a b.csv')],
    ['a gzipped file of two members', () => join(folder, 'a.csv.gz')],
    ['a file URL', () => pathToFileURL(join(folder, 'a b.csv'))],
    ['a URL', () => new URL(`${address}/a.csv`)],
    ['an address', () => `${address}/a.csv.gz?x=1`],
    ['a Blob', () => new Blob([text])],
    ['a gzipped Blob', () => new Blob([zipped])],
    ['bytes', () => utf8(text)],
    ['an ArrayBuffer', () => utf8(text).buffer as ArrayBuffer],
    ['a stream of bytes', () => inPieces(utf8(text), [1])],
    ['a gzipped stream, byte for byte', () => inPieces(zipped, [1])],
    ['a stream of strings', strings],
  ];
  test.each(sources)('%s', async (_, source) => {
    expect([...(await readCsv(source()))]).toEqual(rows);
  });
});

describe('what cannot be read', () => {
  const failures: [string, () => Source, object][] = [
    [
      'no file',
      () => join(folder, 'no.csv'),
      { code: 'io', message: expect.stringContaining('there is no such file') },
    ],
    ['a folder', () => folder, { code: 'io', message: expect.stringContaining('it is a folder') }],
    [
      'no page',
      () => `${address}/missing.csv`,
      { code: 'network', message: expect.stringContaining('404') },
    ],
    ['no server', () => 'http://127.0.0.1:9/a.csv', { code: 'network' }],
    ['gzip that is cut', () => join(folder, 'cut.csv.gz'), { code: 'gzip' }],
    [
      'gzip that is damaged',
      () => zipped.map((byte, i) => (i === 25 ? byte ^ 255 : byte)),
      { code: 'gzip' },
    ],
  ];
  test.each(failures)('%s', async (_, source, error) => {
    await expect(readCsv(source())).rejects.toMatchObject({ name: 'TableError', ...error });
  });

  test('a source of another kind', async () => {
    await expect(readCsv(5 as never)).rejects.toThrow('`source` must be a path, URL, Blob');
    const stream = inPieces(utf8(text));
    stream.getReader();
    await expect(readCsv(stream)).rejects.toThrow('`source` must be a stream that nobody reads');
  });

  test('what a stream throws comes as it is', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('mine')),
    });
    await expect(readCsv(broken)).rejects.toThrow('mine');
  });
});

test('a stream is cancelled where the reading ends early', async () => {
  let cancelled = false;
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(utf8('1,2\n'.repeat(10_000)));
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const { rows: count } of readCsv.batches(endless, { header: false })) {
    expect(count).toBe(10_000);
    break;
  }
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(500);
});

test('batches are read anew whenever they are iterated, those of a stream once', async () => {
  const lines = Array.from({ length: 7 }, (_, i) => `${i},x`).join('\n');
  const options = { header: ['a', 'b'], batchRows: 3 };
  const counts = async (batches: AsyncIterable<{ rows: number }>) => {
    const found: number[] = [];
    for await (const { rows } of batches) found.push(rows);
    return found;
  };
  for (const batches of [
    readCsv.batches(lines, options),
    readTable.batches(lines, { format: 'csv', batchRows: 3 }),
  ]) {
    expect(await counts(batches)).toEqual([3, 3, 1]);
    expect(await counts(batches)).toEqual([3, 3, 1]);
  }
  const once = readCsv.batches(new Blob([lines]).stream(), options);
  expect(await counts(once)).toEqual([3, 3, 1]);
  expect(await counts(once)).toEqual([]);
  // A fit tells by this that it cannot pass over them twice.
  expect(once).toHaveProperty('next');
  expect(readCsv.batches(lines)).not.toHaveProperty('next');
});

describe.each([
  ['Node', node],
  ['browsers', browser],
])('gunzip in %s', (_, { gunzip }) => {
  const unpack = async (chunks: Uint8Array[]) => {
    const parts: Uint8Array[] = [];
    const source = (async function* () {
      yield* chunks;
    })();
    for await (const part of gunzip(source)) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  const long = 'some text, some more\n'.repeat(20_000);

  test('several members', async () => {
    expect(await unpack([zipped])).toBe(text);
    const bytes = Buffer.concat([gzipSync(long), gzipSync(text)]);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) =>
      bytes.subarray(7 * i, 7 * i + 7),
    );
    expect(await unpack(pieces)).toBe(long + text);
  });

  test('what is cut is an error', async () => {
    await expect(unpack([gzipSync(long).subarray(0, -20)])).rejects.toThrow();
  });
});

describe('readTable', () => {
  test('tells the format', async () => {
    expect([...(await readTable(join(folder, 'a.csv.gz')))]).toEqual(rows);
    expect([...(await readTable('{"a":1,"b":"x"}\n{"a":2,"b":"é"}\n'))]).toEqual(rows);
    expect([...(await readTable(text))]).toEqual(rows);
    expect([...(await readTable(new Blob([text]), { format: 'csv' }))]).toEqual(rows);
    const named = new File(['a\tb\n1\tx\n2\té\n'], 'x.tsv');
    for await (const batch of readTable.batches(named, { batchRows: 5 })) {
      expect([...batch]).toEqual(rows);
    }
    await expect(readTable(new Blob([text]))).rejects.toThrow('needs its `format`');
    await expect(readTable('notes.doc')).rejects.toThrow('no format is known by its ending');
    await expect(readTable(text, { format: 'xls' as never })).rejects.toThrow(
      '`format` must be one of',
    );
    await expect(readTable('x.json', { delimiter: ';' })).rejects.toThrow('delimiter');
  });
});
