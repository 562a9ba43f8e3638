import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultMissing } from '../field-rules.ts';
import { naiveCsv } from '../fixtures/naive-csv.ts';
import { inPieces, utf8 } from '../fixtures/pieces.ts';
import type { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { readCsv } from './read-csv.ts';

// KERNEL_METHODS_FUZZ_RUNS=1000000 in the nightly lane.
const numRuns = Number(process.env.KERNEL_METHODS_FUZZ_RUNS ?? 10_000);
const timeout = 60_000 + 5 * numRuns;

const bits = [
  'a',
  'b,c',
  '1',
  '-2.5e3',
  '.5',
  '007',
  '1e999',
  '0x10',
  'NA',
  '?',
  'true',
  'é',
  '𝒳',
  '東',
];
const marks = [
  '"',
  '""',
  "'",
  ',',
  ';',
  '\t',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '|',
  '2020-02-30',
  '2021-01-31',
];
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...marks) },
  { weight: 2, arbitrary: fc.constantFrom(...bits) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
);
const text = fc.array(piece, { maxLength: 40 }).map((parts) => `${parts.join('')}\n`);
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '||', '§'),
  quote: fc.constantFrom('"', "'"),
  trim: fc.boolean(),
});
const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

/** What a reader gave: the cells of each column, or the error. */
type Outcome = { names: string[]; cells: unknown[][] } | TableError;

async function outcome(read: Promise<Table>): Promise<Outcome> {
  try {
    const table = await read;
    const cells = [...table].map((row) => Object.values(row));
    return { names: table.names, cells };
  } catch (error) {
    // Anything but a typed error is a crash.
    if (error instanceof TableError) return error;
    throw error;
  }
}

const missing = new Set(defaultMissing);
const cellOf = (field: string) => (missing.has(field.trim()) ? null : field);

/** What the naive parser has the reader give, all columns being text. */
function expected(source: string, options: { delimiter: string; quote: string; trim: boolean }) {
  const content = wellFormed(source.replace(/^\ufeff/, ''));
  const records = naiveCsv(content, options);
  if (!Array.isArray(records)) {
    // Records before the quotes that are wrong may be wrong in another way.
    return { code: 'quotes', line: records };
  }
  if (records.length === 0) return { code: 'empty' };
  const width = records[0].fields.length;
  const ragged = records.findIndex(({ fields }) => fields.length !== width);
  if (ragged >= 0) return { code: 'ragged', line: records[ragged].line, row: ragged };
  return {
    names: records[0].fields.map((_, i) => `column_${i + 1}`),
    cells: records.map(({ fields }) => fields.map(cellOf)),
  };
}

/** What UTF-8 can hold: no halves of characters. */
const wellFormed = (text: string) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(text));

const asText = (width: number) =>
  Object.fromEntries(Array.from({ length: width }, (_, i) => [`column_${i + 1}`, 'text' as const]));

const seen = { tables: 0, quotes: 0, ragged: 0, empty: 0 };

test(
  'odd and malformed texts give the table of the naive parser, or its error',
  async () => {
    await fc.assert(
      fc.asyncProperty(text, dialect, lengths, async (source, options, pieces) => {
        const wanted = expected(source, options);
        const records = naiveCsv(wellFormed(source.replace(/^\ufeff/, '')), options);
        const width = Array.isArray(records) ? (records[0]?.fields.length ?? 0) : 0;
        const given = { ...options, header: false, columns: asText(width) } as const;
        const found = await outcome(readCsv(source, given));
        const streamed = await outcome(readCsv(inPieces(utf8(source), pieces), given));
        seen[('code' in wanted ? wanted.code : 'tables') as keyof typeof seen]++;
        for (const one of [found, streamed]) {
          if ('code' in wanted) {
            expect(one).toBeInstanceOf(TableError);
            expect(one).toMatchObject(wanted);
          } else {
            expect(one).toEqual(wanted);
          }
        }
      }),
      { numRuns },
    );
    // Each outcome is tried often enough.
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(numRuns / 200);
  },
  timeout,
);

test(
  'nothing given: a typed error or a table, the same in whatever pieces the text comes',
  async () => {
    await fc.assert(
      fc.asyncProperty(text, lengths, async (source, pieces) => {
        const whole = await outcome(readCsv(source));
        const streamed = await outcome(readCsv(inPieces(utf8(source), pieces)));
        if (whole instanceof TableError) {
          const { code, line, row, column, value } = whole;
          expect(streamed).toMatchObject({ code, line, row, column, value });
        } else {
          expect(streamed).toEqual(whole);
        }
      }),
      { numRuns: numRuns / 4 },
    );
  },
  timeout,
);

test(
  'numbers are what JavaScript reads in the same digits',
  async () => {
    const number = fc.oneof(
      fc.double({ noNaN: true }).map(String),
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value.toFixed(4)),
      fc.float({ noNaN: true }).map((value) => value.toExponential(8)),
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
      fc
        .tuple(
          fc.stringMatching(/^\d{0,20}$/),
          fc.stringMatching(/^\d{1,25}$/),
          fc.integer({ min: -400, max: 400 }),
        )
        .map(([a, b, e]) => `${a}.${b}e${e}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 20 }), async (texts) => {
        const table = await readCsv(`${texts.join('\n')}\n`, {
          header: ['x'],
          columns: { x: 'number' },
        });
        expect([...table.column('x').values]).toEqual(texts.map(Number));
      }),
      { numRuns: numRuns / 10 },
    );
  },
  timeout,
);

test(
  'a record longer than allowed is an error, and nothing shorter is',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 1, max: 30 }),
        lengths,
        async (source, longest, pieces) => {
          const options = {
            delimiter: ',',
            quote: '"',
            header: false,
            maxRecordLength: longest,
          } as const;
          const found = await outcome(readCsv(inPieces(utf8(source), pieces), options));
          if (found instanceof TableError && found.code === 'too-long') {
            expect(utf8(source).length).toBeGreaterThan(longest);
          } else if (!(found instanceof TableError) && !source.includes('"')) {
            for (const line of source.split(/\r\n|\r|\n/)) {
              if (line.trim()) expect(utf8(line).length).toBeLessThanOrEqual(longest);
            }
          }
        },
      ),
      { numRuns: numRuns / 10 },
    );
  },
  timeout,
);
