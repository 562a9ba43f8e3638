import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnType } from '../columns.ts';
import { utf8 } from '../fixtures/pieces.ts';
import type { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { readArrow } from './read-arrow.ts';
import { readCsv } from './read-csv.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { readJsonLines } from './read-json.ts';
import { readNpy } from './read-npy.ts';
import { readParquet } from './read-parquet.ts';
import { readSvmlight } from './read-svmlight.ts';

// KERNEL_METHODS_FUZZ_RUNS=1000000 in the nightly lane.
const numRuns = Number(process.env.KERNEL_METHODS_FUZZ_RUNS ?? 10_000);

const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n";
const npy = Uint8Array.from([
  ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0],
  ...utf8(header),
  ...new Uint8Array(16),
]);
const csv = 'a,b,c\n1,"x ""y""",2020-01-01\n2,z,\n';

/** A file of Arrow without its magic and footer. */
function streamOf(arrow: Uint8Array): Uint8Array {
  const footer = new DataView(arrow.buffer).getUint32(arrow.length - 10, true);
  return arrow.slice(8, arrow.length - 10 - footer);
}

interface Case {
  readonly read: (bytes: Uint8Array) => Promise<unknown>;
  readonly bytes: Uint8Array;
  /** The rows by the library alone, where the reader adds its checks to one. */
  readonly naive?: (bytes: Uint8Array) => Promise<Iterable<object>>;
  /** How many of the cases are tried: decompression takes long. */
  readonly share?: number;
}

const withText = { columns: { id: 'category' } } as const;
const arrow = {
  read: (bytes: Uint8Array) => readArrow(bytes, withText),
  async naive(bytes: Uint8Array) {
    const { DataType, MessageReader, RecordBatchReader } = await import('apache-arrow');
    // Of a file the reader takes the messages, as they are in a stream, and not what its footer says of them.
    const isFile = new TextDecoder().decode(bytes.subarray(0, 6)) === 'ARROW1';
    const stream = isFile ? bytes.slice(8) : bytes;
    // The library reads on after the mark of a stream's end, which damage may have put before it.
    let batches = 0;
    const messages = new MessageReader(stream);
    for (let next = messages.readMessage(); next !== null; next = messages.readMessage()) {
      messages.readMessageBody(next.bodyLength);
      if (next.isRecordBatch()) batches++;
    }
    const rows: object[] = [];
    for (const batch of RecordBatchReader.from(stream)) {
      if (batches-- === 0) break;
      for (const row of batch) {
        const cells = batch.schema.fields.map(({ name, type }) => {
          const value = row![name];
          const scaled = DataType.isDecimal(type) && value !== null;
          return [name, scaled ? `${value}e${-type.scale}` : value];
        });
        rows.push(Object.fromEntries(cells));
      }
    }
    return rows;
  },
};
const parquet = {
  read: (bytes: Uint8Array) => readParquet(bytes, withText),
  async naive(bytes: Uint8Array) {
    const { parquetReadObjects } = await import('hyparquet');
    return parquetReadObjects({ file: bytes.slice().buffer });
  },
};

const cases: [string, Case][] = [
  ['CSV', { read: readCsv, bytes: utf8(csv) }],
  ['gzipped CSV', { read: readCsv, bytes: new Uint8Array(gzipSync(csv)), share: 0.1 }],
  ['JSON lines', { read: readJsonLines, bytes: utf8('{"a":1,"b":"x"}\n{"a":null,"b":"é"}\n') }],
  ['JSON', { read: readJsonLines, bytes: utf8('[{"a":1,"b":"x"},{"a":null}]') }],
  ['SVMlight', { read: readSvmlight, bytes: utf8('1 1:0.5 7:2 # x\n-1 qid:2 3:1e5\n') }],
  ['NumPy', { read: readNpy, bytes: npy }],
  ['embeddings', { read: (bytes) => readEmbeddings(bytes, { columns: 2 }), bytes: npy }],
  ['Parquet', { ...parquet, bytes: file('unsafe.parquet') }],
  ['Arrow file', { ...arrow, bytes: file('unsafe.arrow') }],
  ['Arrow stream', { ...arrow, bytes: streamOf(file('unsafe.arrow')) }],
  ['Arrow with LZ4', { read: readArrow, bytes: file('columns-lz4.arrow'), share: 0.1 }],
  ['Arrow with ZSTD', { read: readArrow, bytes: file('columns-zstd.arrow'), share: 0.1 }],
];

/** Megabytes that reading files of kilobytes may add to the process, whatever they claim to hold. */
const MEMORY = 512;

interface Damage {
  changes: [number, number][];
  insert: [number, Uint8Array] | null;
  cut: number | null;
}

/** Bytes changed, put in, taken out, and the end cut off. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  insert: fc.option(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 6 }))),
  cut: fc.option(fc.nat()),
});

function damaged(bytes: Uint8Array, how: Damage): Uint8Array {
  let result = bytes.slice();
  for (const [at, value] of how.changes) result[at % result.length] = value;
  if (how.insert) {
    const [at, more] = how.insert;
    const place = at % result.length;
    result = Uint8Array.from([...result.subarray(0, place), ...more, ...result.subarray(place)]);
  }
  return how.cut === null ? result : result.subarray(0, how.cut % (result.length + 1));
}

/** A value of a library as a column of this type shows it. */
function cellOf(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'number') return Number.isNaN(Number(value)) ? null : Number(value);
  return type === 'category' || type === 'text' ? String(value) : value;
}

/** The rows of a library as a table with these types has them. */
const rowsLike = ({ types }: Table, rows: Iterable<object>) =>
  Array.from(rows, (row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, cellOf(value, types[name])]),
    ),
  );

test.each(cases)(
  'damaged %s is a typed error, or the right table',
  async (name, { read, bytes, naive, share = 1 }) => {
    let [errors, tables] = [0, 0];
    const before = process.resourceUsage().maxRSS;
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const given = damaged(bytes, how);
        let found: unknown;
        try {
          found = await read(given);
          tables++;
        } catch (error) {
          errors++;
          if (!(error instanceof TableError)) throw error;
          return;
        }
        if (!naive) return;
        const table = found as Table;
        expect([...table]).toEqual(rowsLike(table, await naive(given)));
      }),
      { numRuns: share * numRuns },
    );
    expect(errors).toBeGreaterThan(0);
    expect(tables).toBeGreaterThan(0);
    const grown = (process.resourceUsage().maxRSS - before) / 1024;
    process.stdout.write(`lane: damaged ${name}: ${Math.round(grown)} megabytes at most\n`);
    expect(grown).toBeLessThan(MEMORY);
  },
  120_000 + 5 * numRuns,
);
