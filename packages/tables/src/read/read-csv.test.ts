import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { inPieces, utf8 } from '../fixtures/pieces.ts';
import type { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { readCsv, readTsv } from './read-csv.ts';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/csv.json', import.meta.url), 'utf8'),
) as {
  cases: { text: string; rows: string[][] }[];
  numbers: { text: string; number: string | null }[];
};

const rowsOf = (table: Table) => [...table].map((row) => Object.values(row));

describe('readCsv beside pandas and Python', () => {
  test.each(fixture.cases)('$text', async ({ text, rows: [names, ...rows] }) => {
    const columns = Object.fromEntries(names.map((name) => [name, 'text' as const]));
    const table = await readCsv({ text }, { columns, header: true, missing: [] });
    expect(table.names).toEqual(names);
    expect(rowsOf(table as Table)).toEqual(rows);
  });

  test.each(fixture.numbers)('the number $text', async ({ text, number }) => {
    const options = {
      header: ['x'],
      columns: { x: 'number' },
      delimiter: ';',
      missing: [''],
    } as const;
    const read = readCsv({ text: `${text}\n1\n` }, options);
    if (number === null && text !== '') {
      await expect(read).rejects.toMatchObject({ code: 'type', value: text });
    } else if (text !== '') {
      expect((await read).column('x').values[0]).toBe(Number(number?.replace('inf', 'Infinity')));
    }
  });
});

describe('types', () => {
  const text =
    'id,age,zip,joined,ok,city,note\n' +
    '1,39,08001,2024-02-29,true,Oslo,a rather long remark about nothing\n' +
    '2,?,08002,2023-12-31 10:30,FALSE,Bergen,another remark that says even less\n' +
    '3,41.5,08003,,True,Oslo,NA\n';

  test('are found', async () => {
    const table = await readCsv(text);
    expect(table.types).toEqual({
      id: 'number',
      age: 'number',
      zip: 'category',
      joined: 'date',
      ok: 'boolean',
      city: 'category',
      note: 'text',
    });
    expect(table.row(1)).toEqual({
      id: 2,
      age: null,
      zip: '08002',
      joined: new Date('2023-12-31T10:30:00Z'),
      ok: false,
      city: 'Bergen',
      note: 'another remark that says even less',
    });
    expect(table.row(2).note).toBeNull();
  });

  test('can be given, and type the rows', async () => {
    const table = await readCsv(text, {
      columns: { id: 'category', zip: { type: 'category', levels: ['08001', '08002', '08003'] } },
      select: ['zip', 'id'],
    });
    expectTypeOf(table.row(0).id).toEqualTypeOf<string | null>();
    expect(table.row(0)).toEqual({ zip: '08001', id: '1' });
    expect(table.column('zip')).toMatchObject({ ordered: true });
  });

  test('a value that breaks one is named by line, row, column and value', async () => {
    const late = `a,b\n${'1,x\n'.repeat(50)}"2\n",y\noops,z\n`;
    const error = await readCsv(late, { sampleRows: 10 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TableError);
    expect(error).toMatchObject({ code: 'type', line: 54, row: 51, column: 'a', value: 'oops' });
    expect((error as Error).message).toBe(
      'line 54: Column "a" must hold numbers. Received: "oops" in row 51.',
    );
    const table = await readCsv(late, { sampleRows: 10, onTypeError: 'missing' });
    expect(table.row(51)).toEqual({ a: null, b: 'z' });
  });

  test('the first wrong row is told, whichever column it is in', async () => {
    const wrong = 'a,b\n1,2\n3,x\ny,4\n';
    await expect(readCsv(wrong, { columns: { a: 'number', b: 'number' } })).rejects.toMatchObject({
      row: 1,
      column: 'b',
    });
  });

  test.each([
    ['number', '12x'],
    ['boolean', 'yes'],
    ['date', '2023-02-29'],
    ['date', '2023-01-01T24:00'],
  ] as const)('a %s is not %s', async (type, value) => {
    const read = readCsv(`x,y\n${value},1\n`, { columns: { x: type } });
    await expect(read).rejects.toMatchObject({ code: 'type', column: 'x', value, line: 2, row: 0 });
  });

  test('levels that are given are all there are', async () => {
    const columns = { size: { type: 'category', levels: ['S', 'M'] } } as const;
    await expect(readCsv('size,n\nS,1\nL,2\n', { columns })).rejects.toMatchObject({
      code: 'type',
      value: 'L',
    });
  });

  test('decimal commas, thousands and orders of dates', async () => {
    const table = await readCsv('a;b;d\n1.234,5;-0,25;31.12.2024\n', {
      decimal: ',',
      thousands: '.',
      dateOrder: 'dmy',
    });
    expect(table.row(0)).toEqual({ a: 1234.5, b: -0.25, d: new Date('2024-12-31') });
    const english = await readCsv('d|n\n12/31/2024|1,000\n', { dateOrder: 'mdy', thousands: ',' });
    expect(english.row(0)).toEqual({ d: new Date('2024-12-31'), n: 1000 });
  });

  test('dates have time zones and fractions', async () => {
    const table = await readCsv(
      'd,n\n2024-01-01T12:00:00.25+02:00,1\n2024-01-01T12:00:00-0130,1\n',
    );
    expect([...table].map(({ d }) => (d as Date).getTime())).toEqual([
      Date.UTC(2024, 0, 1, 10, 0, 0, 250),
      Date.UTC(2024, 0, 1, 13, 30),
    ]);
  });

  test('texts for missing values are the ones that are given', async () => {
    const table = await readCsv('a,b\n-999,none\n1,NA\n', { missing: ['-999', 'none'] });
    expect(rowsOf(table)).toEqual([
      [null, null],
      [1, 'NA'],
    ]);
  });

  test('a column of blanks alone is a category that holds anything later', async () => {
    const table = await readCsv('a,b\n,1\n,2\nx,3\n', { sampleRows: 2 });
    expect(rowsOf(table).at(-1)).toEqual(['x', 3]);
  });
});

describe('how the text is written', () => {
  test.each([
    [',', 'a,b\n1,2\n3,4\n'],
    [';', 'a;b\n1,5;2\n3;4,5\n'],
    ['\t', 'a\tb\n1,5\t2\n3\t4,5\n'],
    ['|', 'a|b\n1|2\n3|4\n'],
  ])('the separator %j is found', async (_, text) => {
    expect((await readCsv(text)).names).toEqual(['a', 'b']);
  });

  test('single quotes are found, and apostrophes are none', async () => {
    const quoted = await readCsv("'a','b'\n'1,5','it''s'\n");
    expect(quoted.row(0)).toEqual({ a: '1,5', b: "it's" });
    const plain = await readCsv("a,b\n'twas,1\nx,2\n");
    expect(plain.row(0)).toEqual({ a: "'twas", b: 1 });
  });

  test('spaces are dropped around fields, but not inside quotes', async () => {
    const table = await readCsv('a, b\n x , " y, z "\n');
    expect(table.row(0)).toEqual({ a: 'x', b: ' y, z ' });
    const kept = await readCsv('a,b\n x ,y\n', { trim: false });
    expect(kept.row(0)).toEqual({ a: ' x ', b: 'y' });
  });

  test.each([
    ['a,b\n1,2\n', ['a', 'b']],
    ['1,2\n3,4\n', ['column_1', 'column_2']],
    [',b\n0,2\n', ['column_1', 'b']],
    ['yes,no\nno,yes\nyes,no\n', ['column_1', 'column_2']],
    ['x,NA\ny,z\n', ['column_1', 'column_2']],
    ['name\n', ['name']],
  ])('whether %j has a header', async (text, names) => {
    expect((await readCsv(text)).names).toEqual(names);
  });

  test('a header alone is a table without rows', async () => {
    const table = await readCsv('a,b\n');
    expect([table.rows, table.names]).toEqual([0, ['a', 'b']]);
    expect((await readCsv({ text: '' }, { header: ['a'] })).rows).toBe(0);
    await expect(readCsv({ text: '' })).rejects.toMatchObject({ code: 'empty' });
  });

  test('names that come twice', async () => {
    await expect(readCsv('\na,b,a\n1,2,3\n')).rejects.toThrow(
      /line 2: the name "a" is given to two/,
    );
    const options = { header: true, duplicateNames: 'number' } as const;
    expect((await readCsv('a,a,a_2,a\n1,2,3,4\n', options)).names).toEqual([
      'a',
      'a_3',
      'a_2',
      'a_4',
    ]);
  });

  test('ragged records are named by their line, or filled up', async () => {
    const short = 'a,b,c\n1,2,3\n"4\n",5\n';
    await expect(readCsv(short)).rejects.toMatchObject({ code: 'ragged', line: 3, row: 1 });
    expect((await readCsv(short, { ragged: 'pad' })).row(1)).toEqual({ a: 4, b: 5, c: null });
    const long = 'a,b\n1,2\n1,2,3\n';
    await expect(readCsv(long, { ragged: 'pad' })).rejects.toThrow(
      'line 3: a record has 3 fields, and there are 2 columns.',
    );
  });

  test.each([
    ['a,b\n"x" y,2\n', 2],
    ['a,b\n1,2\n"x,2\n', 3],
  ])('quotes that are wrong: %j', async (text, line) => {
    await expect(readCsv(text)).rejects.toMatchObject({ code: 'quotes', line });
  });

  test('encodings', async () => {
    const utf16 = (text: string, little: boolean) => {
      const bytes = new Uint8Array(2 * text.length);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), little);
      return bytes;
    };
    const expected = [['é', '𝒳']];
    for (const bytes of [utf16('\ufeffa,b\né,𝒳\n', true), utf16('\ufeffa,b\né,𝒳\n', false)]) {
      expect(rowsOf(await readCsv(inPieces(bytes, [1, 2, 3])))).toEqual(expected);
    }
    const latin1 = Uint8Array.from('a,b\né,x\n', (character) => character.charCodeAt(0));
    expect(rowsOf(await readCsv(latin1, { encoding: 'latin1' }))).toEqual([['é', 'x']]);
    await expect(readCsv(latin1)).rejects.toMatchObject({ code: 'encoding', line: 2 });
    await expect(readCsv(latin1, { header: true })).rejects.toMatchObject({
      code: 'encoding',
      line: 2,
      row: 0,
      column: 'a',
    });
    await expect(
      readCsv(utf16('a', true).subarray(0, 1), { encoding: 'utf-16le' }),
    ).rejects.toMatchObject({
      code: 'encoding',
    });
  });

  test('tabs', async () => {
    expect((await readTsv('a\tb,c\n1\t2\n')).names).toEqual(['a', 'b,c']);
  });
});

describe('batches', () => {
  const text = `a,b\n${Array.from({ length: 25 }, (_, i) => `${i},n${i % 4}\n`).join('')}`;

  test('have so many rows, and together are the table', async () => {
    const tables: Table[] = [];
    for await (const table of readCsv.batches(text, { batchRows: 10 })) tables.push(table as Table);
    expect(tables.map(({ rows }) => rows)).toEqual([10, 10, 5]);
    const whole = await readCsv(text);
    expect(tables.flatMap((table) => [...table])).toEqual([...whole]);
  });

  test('report progress and end with the signal', async () => {
    const seen: number[] = [];
    const controller = new AbortController();
    const big = `a,b\n${'1,2\n'.repeat(2_000_000)}`;
    const read = (async () => {
      for await (const { rows } of readCsv.batches(big, {
        signal: controller.signal,
        onProgress: ({ loaded, total, rows: known }) => {
          expect(total).toBe(big.length);
          expect(loaded).toBeLessThanOrEqual(big.length);
          seen.push(known);
        },
      })) {
        if (rows && seen.length > 6) controller.abort(new Error('enough'));
      }
    })();
    await expect(read).rejects.toThrow('enough');
    expect(Math.max(...seen)).toBeLessThan(2_000_000);
    const aborted = readCsv('a,b\n1,2\n', { signal: AbortSignal.abort(new Error('before')) });
    await expect(aborted).rejects.toThrow('before');
  });
});

describe('options', () => {
  test.each([
    [{ delimeter: ';' }, "Received: delimeter. Did you mean 'delimiter'?"],
    [{ header: ['a', 'a'] }, '`header` must be true, false, auto, or distinct names'],
    [{ quote: '""' }, '`quote` must be one character'],
    [{ encoding: 'klingon' }, '`encoding` must be a label'],
    [{ columns: { a: 'float' } }, '`columns["a"]` must be one of "number"'],
    [{ thousands: '.' }, '`thousands` must be one character'],
    [{ sampleRows: 0 }, '`sampleRows` must be a whole number, 1 or above. Received: 0.'],
    [{ missing: 'NA' }, '`missing` must be an array of strings'],
  ])('%j', async (options, message) => {
    await expect(readCsv('a\n1\n', options as never)).rejects.toThrow(message);
  });

  test('columns that are not there', async () => {
    const read = readCsv('a,b\n1,2\n', { columns: { c: 'number' } });
    await expect(read).rejects.toThrow('there is no column "c". The columns are "a", "b".');
    await expect(readCsv('a,b\n1,2\n', { select: ['z'] })).rejects.toMatchObject({
      code: 'columns',
    });
  });

  test('bytes are text too', async () => {
    expect((await readCsv(utf8('a,b\n1,2\n'))).row(0)).toEqual({ a: 1, b: 2 });
  });
});
