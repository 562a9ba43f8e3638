import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../fixtures/pieces.ts';
import { TableError } from '../table-error.ts';
import { readArrow } from './read-arrow.ts';
import { readCsv } from './read-csv.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { readJsonLines } from './read-json.ts';
import { readNpy } from './read-npy.ts';
import { readParquet } from './read-parquet.ts';
import { readSvmlight } from './read-svmlight.ts';

// KERNEL_METHODS_FUZZ_RUNS=1000000 in the nightly lane.
const numRuns = Number(process.env.KERNEL_METHODS_FUZZ_RUNS ?? 10_000) / 10;

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

const cases: [string, (bytes: Uint8Array) => Promise<unknown>, Uint8Array][] = [
  ['CSV', readCsv, utf8(csv)],
  ['gzipped CSV', readCsv, new Uint8Array(gzipSync(csv))],
  ['JSON lines', readJsonLines, utf8('{"a":1,"b":"x"}\n{"a":null,"b":"é"}\n')],
  ['JSON', readJsonLines, utf8('[{"a":1,"b":"x"},{"a":null}]')],
  ['SVMlight', readSvmlight, utf8('1 1:0.5 7:2 # x\n-1 qid:2 3:1e5\n')],
  ['NumPy', readNpy, npy],
  ['embeddings', (bytes) => readEmbeddings(bytes, { columns: 2 }), npy],
  ['Parquet', readParquet, file('unsafe.parquet')],
  ['Arrow file', readArrow, file('unsafe.arrow')],
  ['Arrow stream', readArrow, streamOf(file('unsafe.arrow'))],
  ['Arrow with LZ4', readArrow, file('columns-lz4.arrow')],
  ['Arrow with ZSTD', readArrow, file('columns-zstd.arrow')],
];

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

test.each(cases)(
  'damaged %s is a typed error or a table',
  async (_, read, bytes) => {
    let errors = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        try {
          await read(damaged(bytes, how));
        } catch (error) {
          errors++;
          if (!(error instanceof TableError)) throw error;
        }
      }),
      { numRuns },
    );
    expect(errors).toBeGreaterThan(0);
  },
  120_000 + 5 * numRuns,
);
