import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Fault,
  isFault,
  naiveHalf,
  naiveJson,
  naiveNumber,
  naiveSvmlight,
} from '../fixtures/naive-formats.ts';
import { inPieces, utf8 } from '../fixtures/pieces.ts';
import { TableError } from '../table-error.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { readJsonLines } from './read-json.ts';
import { readNpy } from './read-npy.ts';
import { readSvmlight, type SvmlightData } from './read-svmlight.ts';

// KERNEL_METHODS_FUZZ_RUNS=1000000 in the nightly lane.
const numRuns = Number(process.env.KERNEL_METHODS_FUZZ_RUNS ?? 10_000);
const timeout = 120_000 + 5 * numRuns;

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

/** What a reader gave, or its typed error: anything else is a crash. */
const outcome = <T>(read: Promise<T>): Promise<T | TableError> =>
  read.catch((error) => {
    if (error instanceof TableError) return error;
    throw error;
  });

/** What UTF-8 can hold: no halves of characters. */
const wellFormed = (text: string) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(text));

/** Counts outcomes, each of which must be tried often enough. */
function counting(...outcomes: string[]) {
  const seen = Object.fromEntries(outcomes.map((name) => [name, 0]));
  return {
    see(found: object) {
      seen[isFault(found) ? found.code : 'right']++;
    },
    check() {
      for (const [name, times] of Object.entries(seen)) {
        expect(times, name).toBeGreaterThan(numRuns / 200);
      }
    },
  };
}

const jsonPieces = [
  ...['{"number":1}', '{"text":"é𝒳"}', '{"flag":true,"number":-2.5e3}', '{"number":1e999}'],
  ...['{"other":[1,{"a":null}]}', '{"text":"a\\nb\\u0000"}', '{"flag":1}', '{"number":"1"}', '{}'],
  ...['[', ']', '{', '}', '"', ',', ':', 'null', '7', '{"__proto__":{"number":3}}', '\u2028'],
];
const ends = ['\n', '\r\n', '\n\n', ' ', '\r', '\t\n'];
const json = fc.oneof(
  fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...jsonPieces.slice(0, 6).map((one) => `${one}\n`)) },
      { weight: 1, arbitrary: fc.constantFrom(...jsonPieces, ...ends) },
    ),
    { maxLength: 6 },
  ),
  fc
    .array(fc.constantFrom(...jsonPieces.slice(0, 9)), { maxLength: 4 })
    .map((rows) => [` [${rows.join()}]\n`]),
);

test(
  'JSON gives the rows of the naive parser, or its error',
  async () => {
    const seen = counting('right', 'format', 'type');
    const columns = { number: 'number', text: 'text', flag: 'boolean' } as const;
    const options = { columns, select: ['number', 'text', 'flag'] };
    await fc.assert(
      fc.asyncProperty(json, lengths, async (parts, pieces) => {
        const source = wellFormed(parts.join(''));
        const wanted = naiveJson(source);
        seen.see(wanted);
        for (const given of [utf8(source), inPieces(utf8(source), pieces)]) {
          const found = await outcome(readJsonLines(given, options));
          if (isFault(wanted)) expect(found).toMatchObject(wanted);
          else expect([...(found as Iterable<unknown>)]).toEqual(wanted);
        }
      }),
      { numRuns },
    );
    seen.check();
  },
  timeout,
);

const word = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(12), fc.float()).map(([i, x]) => `${i}:${x}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.nat(9),
        fc.constantFrom('1', '.5', '-2.', '+1e3', 'inf', '-INF', 'nan', '0', '1e-400'),
      )
      .map(([i, x]) => `${i}:${x}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        'qid:3',
        '1',
        ':2',
        '3:',
        'a:1',
        '1:2:3',
        '-1:2',
        '4294967296:1',
        '2:1e',
        '5:0x1',
        '#',
        '#x',
      ],
      ...['3.5:1', '1:.', '1:+', '\u00a0', '07:1'],
    ),
  },
);
const svmlightLine = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('1', '-1', '+0.5', '2e1', 'inf') },
      { weight: 1, arbitrary: fc.constantFrom('', 'a', '#', '1:2', '1,2', '--1') },
    ),
    fc.option(fc.constant('qid:7'), { freq: 4 }),
    fc.array(word, { maxLength: 4 }),
    fc.constantFrom(...ends),
  )
  .map(
    ([label, query, words, end]) => [label, ...(query ? [query] : []), ...words].join(' ') + end,
  );
const svmlightOptions = fc.record(
  { columns: fc.integer({ min: 6, max: 14 }), zeroBased: fc.boolean() },
  { requiredKeys: ['zeroBased'] },
);

/** The rows as the naive reader gives them, and the number of columns. */
function naively({ x, y, queries = new Float64Array() }: SvmlightData) {
  const rows = Array.from(y, (_, row) => {
    const [from, to] = [x.indptr[row], x.indptr[row + 1]];
    return Array.from({ length: to - from }, (_, i) => [x.indices[from + i], x.values[from + i]]);
  });
  return { labels: [...y], queries: [...queries], rows };
}

test(
  'SVMlight gives the rows of the naive parser, or its error',
  async () => {
    const seen = counting('right', 'format', 'type');
    const text = fc
      .array(svmlightLine, { maxLength: 4 })
      .map((lines) => wellFormed(lines.join('')));
    await fc.assert(
      fc.asyncProperty(text, svmlightOptions, lengths, async (source, options, pieces) => {
        const wanted = naiveSvmlight(source, options);
        seen.see(wanted);
        for (const given of [utf8(source), inPieces(utf8(source), pieces)]) {
          const found = await outcome(readSvmlight(given, options));
          if (isFault(wanted)) {
            expect(found).toMatchObject(wanted);
            continue;
          }
          const data = found as SvmlightData;
          expect(naively(data)).toEqual(wanted);
          const { columns = data.x.shape[1] } = options;
          expect(data.x.shape).toEqual([wanted.rows.length, columns]);
          const widest = Math.max(0, ...wanted.rows.flat().map(([index]) => index + 1));
          expect(columns).toBeGreaterThanOrEqual(widest);
        }
      }),
      { numRuns },
    );
    seen.check();
  },
  timeout,
);

const npyFile = fc.record({
  kind: fc.constantFrom('f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'),
  order: fc.constantFrom('<', '>', '|', '='),
  columnsFirst: fc.boolean(),
  shape: fc.array(fc.nat(4), { maxLength: 3 }),
  version: fc.constantFrom(1, 2, 3),
  padding: fc.nat(20),
  bytes: fc.uint8Array({ minLength: 512, maxLength: 512 }),
  fault: fc.option(
    fc.constantFrom('longer', 'shorter', 'magic', 'kind', 'negative', 'no shape', 'huge', 'header'),
    { freq: 3 },
  ),
});

test(
  'NumPy’s arrays give the numbers of the naive parser, or an error',
  async () => {
    const seen = counting('right', 'format');
    await fc.assert(
      fc.asyncProperty(npyFile, lengths, async (file, pieces) => {
        const { kind, order, columnsFirst, shape, version, padding, fault } = file;
        const width = Number(kind.slice(1));
        const count = shape.reduce((product, axis) => product * axis, 1);
        const data = file.bytes.slice(0, count * width);
        const axes =
          {
            negative: '-1, 2',
            huge: '4294967296, 4294967296, 4294967296',
          }[fault as string] ?? shape.map((axis) => `${axis},`).join(' ');
        const descr = `'descr': '${order}${fault === 'kind' ? 'V3' : kind}'`;
        const layout = `'fortran_order': ${columnsFirst ? 'True' : 'False'}`;
        const sized = fault === 'no shape' ? '' : `, 'shape': (${axes})`;
        const header = `{${descr}, ${layout}${sized}, }${' '.repeat(padding)}\n`;
        const long = version >= 2;
        const size = header.length + (fault === 'header' ? 1 << 15 : 0);
        const sizes = long ? [size & 255, size >> 8, 0, 0] : [size & 255, size >> 8];
        const magic = [fault === 'magic' ? 0x92 : 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
        const content = {
          longer: [...data, 0],
          shorter: [...data.slice(0, -1)],
        }[fault as string] ?? [...data];
        const whole = Uint8Array.from([
          ...magic,
          version,
          0,
          ...sizes,
          ...utf8(header),
          ...content,
        ]);
        // Nothing can be taken from nothing.
        const isRight = fault === null || (fault === 'shorter' && data.length === 0);
        seen.see(isRight ? {} : { code: 'format' });
        for (const given of [whole, inPieces(whole, pieces)]) {
          const found = await outcome(readNpy(given));
          if (!isRight) {
            expect(found).toMatchObject({ code: 'format' });
            continue;
          }
          const view = new DataView(data.buffer);
          const numbers = Array.from({ length: count }, (_, to) => {
            let [rest, from] = [to, 0];
            // The place of the element whose index has `to` as its number, the last axis fastest.
            const strides = shape.map((_, axis) =>
              (columnsFirst ? shape.slice(0, axis) : shape.slice(axis + 1)).reduce(
                (a, b) => a * b,
                1,
              ),
            );
            for (let axis = shape.length - 1; axis >= 0; axis--) {
              from += (rest % shape[axis]) * strides[axis];
              rest = Math.floor(rest / shape[axis]);
            }
            return naiveNumber(view, from * width, kind as never, order !== '>');
          });
          const { data: read, shape: read2 } = found as Awaited<ReturnType<typeof readNpy>>;
          expect(read2).toEqual(shape);
          expect([...read]).toEqual(numbers);
        }
      }),
      { numRuns },
    );
    seen.check();
  },
  timeout,
);

test(
  'raw numbers are those of the naive parser, in whatever pieces and batches, or an error',
  async () => {
    const seen = counting('right', 'ragged');
    const settings = fc.record({
      type: fc.constantFrom('float16', 'float32'),
      columns: fc.integer({ min: 1, max: 5 }),
      batchRows: fc.integer({ min: 1, max: 4 }),
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }).map((few) =>
        Uint8Array.from(
          Array(8)
            .fill([...few])
            .flat(),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        settings,
        lengths,
        async (all, { type, columns, batchRows }, pieces) => {
          // The beginning of gzip, or of NumPy's files, is taken for that.
          fc.pre(!(all[0] === 0x1f && all[1] === 0x8b) && all[0] !== 0x93);
          const width = type === 'float16' ? 2 : 4;
          const rows = Math.floor(all.length / width / columns);
          const view = new DataView(all.buffer, all.byteOffset);
          const fault: Fault | undefined =
            all.length === rows * columns * width ? undefined : { code: 'ragged', row: rows };
          seen.see(fault ?? {});
          const numbers = Array.from({ length: rows * columns }, (_, i) =>
            type === 'float16'
              ? naiveHalf(view.getUint16(2 * i, true))
              : view.getFloat32(4 * i, true),
          );
          const options = { type, columns };
          for (const given of [all, inPieces(all, pieces)]) {
            const found = await outcome(readEmbeddings(given, options));
            if (fault) expect(found).toMatchObject(fault);
            else
              expect(found).toEqual({ data: Float32Array.from(numbers), shape: [rows, columns] });
          }
          const batched: number[] = [];
          const read = async () => {
            for await (const { data, shape } of readEmbeddings.batches(inPieces(all, pieces), {
              ...options,
              batchRows,
            })) {
              expect(shape[0]).toBeLessThanOrEqual(batchRows);
              batched.push(...data);
            }
            return {};
          };
          const found = await outcome(read());
          if (fault) expect(found).toMatchObject(fault);
          else expect(batched).toEqual(numbers.map(Math.fround));
        },
      ),
      { numRuns },
    );
    seen.check();
  },
  timeout,
);
