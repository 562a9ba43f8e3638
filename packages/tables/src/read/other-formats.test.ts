import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Cell } from '../columns.ts';
import { inPieces, utf8 } from '../fixtures/pieces.ts';
import { toDense } from '../sparse-rows.ts';
import type { Table } from '../table.ts';
import { float16ToFloat32 } from './float16.ts';
import { readArrow } from './read-arrow.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { readJsonLines } from './read-json.ts';
import { readNpy } from './read-npy.ts';
import { readParquet } from './read-parquet.ts';
import { readSvmlight } from './read-svmlight.ts';
import { readTable } from './read-table.ts';

const path = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const bytesOf = (name: string) => new Uint8Array(readFileSync(path(name)));
const columns = JSON.parse(readFileSync(path('columns.json'), 'utf8')) as Record<string, Cell[]>;

function expectColumns(table: Table, start = 0) {
  expect(table.types).toMatchObject({
    number: 'number',
    big: 'number',
    flag: 'boolean',
    city: 'category',
    name: 'category',
    text: 'text',
    when: 'date',
    day: 'date',
    nothing: 'number',
  });
  [...table].forEach((row, i) => {
    for (const [name, value] of Object.entries(row)) {
      const cell = value instanceof Date ? value.getTime() : value;
      expect(cell, `${name} of row ${start + i}`).toBe(columns[name][start + i]);
    }
  });
}

describe.each([
  [
    'readParquet',
    readParquet,
    ['columns-snappy.parquet', 'columns-zstd.parquet'],
    'odd.parquet',
    'unsafe.parquet',
  ],
  [
    'readArrow',
    readArrow,
    ['columns-lz4.arrow', 'columns-zstd.arrow', 'columns-stream.arrow'],
    'odd.arrow',
    'unsafe.arrow',
  ],
] as const)('%s', (_, read, files, odd, unsafe) => {
  test.each(files)('%s as pyarrow wrote it', async (file) => {
    const table = await read(path(file));
    expect(table.rows).toBe(300);
    expectColumns(table as Table);
    expectColumns((await read(inPieces(bytesOf(file), [1000]))) as Table);
    expectColumns((await read(new Blob([bytesOf(file)]))) as Table);
  });

  test('in batches', async () => {
    let start = 0;
    const sizes: number[] = [];
    for await (const batch of read.batches(path(files[0]), { batchRows: 110 })) {
      expectColumns(batch as Table, start);
      start += batch.rows;
      sizes.push(batch.rows);
    }
    expect(sizes).toEqual([110, 110, 80]);
  });

  test('columns that are asked for, and their types', async () => {
    const table = await read(path(files[0]), {
      select: ['integer', 'name'],
      columns: { integer: 'category' },
    });
    expectTypeOf(table.row(0).integer).toEqualTypeOf<string | null>();
    expect(table.row(1)).toEqual({ integer: '1000', name: 'Oslo' });
    await expect(read(path(files[0]), { select: ['none'] })).rejects.toThrow(
      'there is no column "none"',
    );
  });

  test('columns of no type of ours', async () => {
    await expect(read(path(odd))).rejects.toThrow(
      /column "list" is of type .*Leave it out by `select`/,
    );
    expect([...(await read(path(odd), { select: ['ok'] }))]).toEqual([{ ok: 1 }, { ok: 2 }]);
  });

  test('whole numbers that are none of JavaScript’s', async () => {
    await expect(read(path(unsafe))).rejects.toMatchObject({ code: 'type', column: 'id', row: 0 });
    const table = await read(path(unsafe), { columns: { id: 'category' } });
    expect([...table]).toEqual([
      { id: '9007199254740993', price: 1.5 },
      { id: '2', price: null },
    ]);
  });

  test('what is no such file, or not whole', async () => {
    await expect(read(utf8('hello, this is no such file at all'))).rejects.toMatchObject({
      code: 'format',
    });
    await expect(read(bytesOf(files[0]).subarray(0, -200))).rejects.toMatchObject({
      code: 'format',
    });
  });
});

describe('readJsonLines', () => {
  const lines =
    '{"a":1,"b":"x","d":"2024-01-01"}\n\n{"b":"y","a":null,"ok":true}\r\n{"a":2.5,"d":null}\n';
  const rows = [
    { a: 1, b: 'x', d: new Date('2024-01-01'), ok: null },
    { a: null, b: 'y', d: null, ok: true },
    { a: 2.5, b: null, d: null, ok: null },
  ];

  test('lines, an array, and pieces', async () => {
    expect([...(await readJsonLines(lines))]).toEqual(rows);
    expect([...(await readJsonLines(inPieces(utf8(lines), [3, 1])))]).toEqual(rows);
    const array = ` [${lines.trim().split(/\s+/).join(',')}]`;
    expect([...(await readJsonLines({ text: array }))]).toEqual(rows);
    const sizes: number[] = [];
    for await (const batch of readJsonLines.batches(lines, { batchRows: 2 }))
      sizes.push(batch.rows);
    expect(sizes).toEqual([2, 1]);
  });

  test.each([
    ['{"a":1}\n{"a":\n', { code: 'format', line: 2 }],
    ['{"a":1}\n[1]\n', { code: 'format', line: 2, row: 1 }],
    ['{"a":1}\n\n{"a":"x"}\n', { code: 'type', line: 3, row: 1, column: 'a', value: 'x' }],
    ['{"a":{"b":1}}\n', { code: 'type', column: 'a' }],
    ['{"a":1}\n{"c":1}\n', { code: 'columns', line: 2, row: 1, column: 'c' }],
    ['\n\n', { code: 'empty' }],
  ])('%j', async (text, error) => {
    const options = text.includes('"c"') ? { sampleRows: 1 } : {};
    await expect(readJsonLines({ text }, options)).rejects.toMatchObject({
      name: 'TableError',
      ...error,
    });
  });

  test('a value that breaks the type further on', async () => {
    const text = '{"a":1}\n{"a":2}\n{"a":true}\n';
    await expect(readJsonLines(text, { sampleRows: 2 })).rejects.toMatchObject({
      code: 'type',
      line: 3,
      row: 2,
      column: 'a',
      value: true,
    });
  });

  test('names that objects have by nature are names like others', async () => {
    const table = await readJsonLines('{"__proto__":1,"constructor":2}\n{"constructor":3}\n');
    expect(table.names).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(table.row(0))).toEqual(['__proto__', 'constructor']);
  });

  test('bytes that are no text, and lines that are too long', async () => {
    const bytes = Uint8Array.from([...utf8('{"a":1}\n{"a":"'), 0xff, ...utf8('"}\n')]);
    await expect(readJsonLines(bytes)).rejects.toMatchObject({ code: 'encoding', line: 2 });
    const long = `{"a":1}\n{"a":"${'x'.repeat(100)}"}\n`;
    await expect(readJsonLines(long, { maxRecordLength: 50 })).rejects.toMatchObject({
      code: 'too-long',
      line: 2,
    });
  });
});

describe('readSvmlight', () => {
  const text = '# a comment\n1 1:0.5 3:-2 # more\n-1 qid:3 2:1e2\n';
  const plain = '1 1:0.5 3:-2 # more\n\n-1 2:1e2 4:0\n2\n';

  test('rows, labels, comments', async () => {
    const { x, y } = await readSvmlight(plain);
    expect(x.shape).toEqual([3, 4]);
    expect([...toDense(x).data]).toEqual([0.5, 0, -2, 0, 0, 100, 0, 0, 0, 0, 0, 0]);
    expect([...y]).toEqual([1, -1, 2]);
  });

  test('queries, in batches too', async () => {
    const queries = '1 qid:1 1:1\n2 qid:2 1:1\n3 qid:2 2:1\n';
    expect([...(await readSvmlight(queries)).queries!]).toEqual([1, 2, 2]);
    const found: number[][] = [];
    for await (const batch of readSvmlight.batches(queries, { columns: 5, batchRows: 2 })) {
      expect(batch.x.shape[1]).toBe(5);
      found.push([...batch.queries!]);
    }
    expect(found).toEqual([[1, 2], [2]]);
    await expect(readSvmlight(text)).rejects.toMatchObject({ code: 'format', line: 3 });
  });

  test('from 0', async () => {
    expect((await readSvmlight('1 0:1\n', { zeroBased: true })).x.shape).toEqual([1, 1]);
  });

  test.each([
    ['1 0:1\n', 'an index must be from 1'],
    ['1 1:1 1:2\n', 'an index may come once'],
    ['x 1:1\n', 'the label must be a number. Received: "x".'],
    ['1 a:1\n', 'an index must be a whole number'],
    ['1 1:b\n', 'an entry must be `index:value`'],
    ['1 7:1\n', 'an index must be from 1 to 6'],
  ])('%j', async (text, message) => {
    await expect(readSvmlight(`1 1:1\n${text}`, { columns: 6 })).rejects.toThrow(
      `line 2: ${message}`,
    );
  });
});

describe('numbers as NumPy saves them', () => {
  const npy = (descr: string, shape: string, data: Uint8Array, fortran = 'False', version = 1) => {
    const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
    const length = version === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
    return Uint8Array.from([
      0x93,
      ...utf8('NUMPY'),
      version,
      0,
      ...length,
      ...utf8(header),
      ...data,
    ]);
  };
  const bytes = (array: Float32Array | Float64Array | BigInt64Array | Uint16Array) =>
    new Uint8Array(array.buffer);

  test('types, byte orders and orders of axes', async () => {
    const single = await readNpy(npy('<f4', '(2, 3)', bytes(Float32Array.of(1, 2, 3, 4, 5, 6))));
    expect(single).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
    const turned = await readNpy(
      npy('<f4', '(2, 3)', bytes(Float32Array.of(1, 4, 2, 5, 3, 6)), 'True'),
    );
    expect(turned).toEqual(single);
    const big = await readNpy(
      npy('>f8', '(1,)', bytes(Float64Array.of(1.5)).reverse(), 'False', 2),
    );
    expect(big).toEqual({ data: Float64Array.of(1.5), shape: [1] });
    const long = await readNpy(npy('<i8', '()', bytes(BigInt64Array.of(-7n))));
    expect(long).toEqual({ data: BigInt64Array.of(-7n), shape: [] });
    const half = await readNpy(npy('<f2', '(2,)', bytes(Uint16Array.of(0x3c00, 0xc000))));
    expect(half.data).toEqual(Float32Array.of(1, -2));
  });

  test('faults', async () => {
    await expect(readNpy(npy('<f4', '(3,)', new Uint8Array(8)))).rejects.toThrow('takes 12');
    await expect(readNpy(npy('|O', '(3,)', new Uint8Array(8)))).rejects.toThrow('not understood');
    await expect(readNpy(npy('<c8', '(1,)', new Uint8Array(8)))).rejects.toThrow('only numbers');
    await expect(readNpy(utf8('no array\n'))).rejects.toMatchObject({ code: 'format' });
  });

  test('a table, whole and in batches', async () => {
    const values = Float64Array.from({ length: 2500 * 3 }, (_, i) => i / 7);
    const file = npy('<f8', '(2500, 3)', bytes(values));
    const table = await readTable(file, { format: 'npy', select: ['e2', 'e0'] });
    expect(table.types).toEqual({ e2: 'number', e0: 'number' });
    const naive = Array.from({ length: 2500 }, (_, i) => ({
      e2: (3 * i + 2) / 7,
      e0: (3 * i) / 7,
    }));
    expect([...table]).toEqual(naive);
    const sizes: number[] = [];
    for await (const { rows } of readTable.batches(file, { format: 'npy', batchRows: 1200 })) {
      sizes.push(rows);
    }
    expect(sizes).toEqual([1200, 1200, 100]);
    const columns = { e1: 'date' } as const;
    await expect(readTable(file, { format: 'npy', columns })).rejects.toThrow('date');
    await expect(readTable(file, { format: 'npy', columns: { x: 'number' } })).rejects.toThrow(
      'there is no column "x"',
    );
    for (const shape of ['(3,)', '(0, 1000000000)']) {
      const wrong = npy('<f4', shape, new Uint8Array(shape === '(3,)' ? 12 : 0));
      await expect(readTable(wrong, { format: 'npy' })).rejects.toThrow('must be of rows');
    }
  });

  test('half precision is widened exactly', () => {
    const bits = Uint16Array.of(0, 0x8000, 1, 0x3ff, 0x400, 0x3555, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
    const values = [
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      1365 * 2 ** -12,
      65504,
      Infinity,
      -Infinity,
      Number.NaN,
    ];
    expect([...float16ToFloat32(bits)]).toEqual(values);
  });

  test('embeddings: raw, with a header, in batches', async () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const whole = { data: values, shape: [3, 2] };
    expect(await readEmbeddings(bytes(values), { columns: 2 })).toEqual(whole);
    expect(await readEmbeddings(inPieces(bytes(values), [5]), { columns: 2 })).toEqual(whole);
    expect(await readEmbeddings(npy('<f4', '(3, 2)', bytes(values)))).toEqual(whole);
    const half = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400);
    expect(await readEmbeddings(bytes(half), { columns: 4, type: 'float16' })).toEqual({
      data: Float32Array.of(1, 2, 3, 4),
      shape: [1, 4],
    });
    for (const source of [inPieces(bytes(values), [3]), npy('<f4', '(3, 2)', bytes(values))]) {
      const found: unknown[] = [];
      for await (const { data, shape } of readEmbeddings.batches(source, {
        columns: 2,
        batchRows: 2,
      })) {
        found.push([[...data], shape]);
      }
      expect(found).toEqual([
        [
          [1, 2, 3, 4],
          [2, 2],
        ],
        [
          [5, 6],
          [1, 2],
        ],
      ]);
    }
    await expect(readEmbeddings(bytes(values), { columns: 5 })).rejects.toMatchObject({
      code: 'ragged',
      row: 1,
    });
    await expect(readEmbeddings(bytes(values))).rejects.toThrow('`columns` must be a whole number');
    await expect(readEmbeddings(npy('<f4', '(6,)', bytes(values)))).rejects.toMatchObject({
      code: 'format',
    });
  });
});
