import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NaiveRecord, naiveCsv } from '../fixtures/naive-csv.ts';
import { utf8 } from '../fixtures/pieces.ts';
import { TableError } from '../table-error.ts';
import { csvRecords } from './csv-scan.ts';
import { fieldText } from './record-block.ts';

const dialectOf = (delimiter: string, trim: boolean) => ({
  delimiter: utf8(delimiter),
  quote: '"'.charCodeAt(0),
  trim,
});

async function scan(
  pieces: readonly Uint8Array[],
  delimiter: string,
  trim: boolean,
  longest = 1000,
): Promise<NaiveRecord[] | number> {
  const [head, ...more] = pieces;
  const rest = (async function* () {
    yield* more;
  })();
  const records: NaiveRecord[] = [];
  try {
    for await (const block of csvRecords(head, rest, dialectOf(delimiter, trim), longest, 'f', 1)) {
      const { first, lines, count } = block;
      for (let i = 0; i < count; i++) {
        const fields: string[] = [];
        for (let at = first[i]; at < first[i + 1]; at++) fields.push(fieldText(block, at));
        records.push({ fields, line: lines[i] });
      }
    }
  } catch (error) {
    if (error instanceof TableError && error.code === 'quotes') return error.line!;
    throw error;
  }
  return records;
}

/** The bytes, cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => bytes.subarray(start, at[i] ?? bytes.length));
}

describe('csvRecords', () => {
  test('are those of the naive parser wherever the text is cut', async () => {
    const part = fc.constantFrom(
      '"',
      '""',
      '"',
      ',',
      '||',
      '|',
      '\n',
      '\r\n',
      '\r',
      ' ',
      '\t',
      'ab',
      'é',
      ',"',
    );
    const source = fc.array(part, { maxLength: 25 }).map((parts) => parts.join(''));
    const places = fc.array(fc.nat(60), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        source,
        places,
        fc.constantFrom(',', '||', '\t'),
        fc.boolean(),
        async (text, at, delimiter, trim) => {
          const found = await scan(cut(utf8(text), at), delimiter, trim);
          expect(found).toEqual(naiveCsv(text, { delimiter, trim }));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test.each([
    [
      'a,b\n"1\n2",3\n',
      [
        ['a', 'b'],
        ['1\n2', '3'],
      ],
      [1, 2],
    ],
    ['a\r\n\r\n\r\nb', [['a'], ['b']], [1, 4]],
    ['"a\rb\r\nc"\nd', [['a\rb\r\nc'], ['d']], [1, 4]],
    ['"a""b", "c"\t,d "e"\n', [['a"b', 'c', 'd "e"']], [1]],
    ['""\n', [['']], [1]],
    [',\n', [['', '']], [1]],
  ] as const)('%j', async (text, fields, lines) => {
    expect(await scan([utf8(text)], ',', true)).toEqual(
      fields.map((one, i) => ({ fields: one, line: lines[i] })),
    );
  });

  test('a record that is too long is named by its line, and not held', async () => {
    const open = utf8(`a\n"${'x'.repeat(50)}`);
    const rejected = scan([open, utf8('y'.repeat(60))], ',', true, 20);
    await expect(rejected).rejects.toMatchObject({ code: 'too-long', line: 2, source: 'f' });
    const closed = scan([utf8(`a\n${'x'.repeat(21)}\n`)], ',', true, 21);
    await expect(closed).rejects.toMatchObject({ code: 'too-long', line: 2 });
    expect(await scan([utf8(`a\n${'x'.repeat(20)}\n`)], ',', true, 21)).toHaveLength(2);
  });
});
