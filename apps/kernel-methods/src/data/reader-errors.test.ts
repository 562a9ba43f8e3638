import { readTable, type TableError } from '@kernel-methods/tables';
import { describe, expect, it } from 'vitest';
import { bodyFault, fileFault } from './reader-errors.ts';
import { readerOptions } from './reader-options.ts';

const faultOf = async (text: string | Uint8Array, options = {}): Promise<TableError> =>
  readTable(typeof text === 'string' ? { text } : text, { format: 'csv', ...options }).then(
    () => expect.fail('it was read'),
    (error: TableError) => error,
  );

const latin = Uint8Array.from('a,b\ncaf\xe9,1\n', (sign) => sign.charCodeAt(0));

describe('what readers advise', () => {
  it.each([
    ['a,b\n1,2\n3\n', {}, '--ragged pad', { ragged: 'pad' }],
    ['a,a\n1,2\n', {}, '--duplicate-names number', { duplicateNames: 'number' }],
    ['a,a\n1,2\n', {}, '--header no', { header: false }],
    [latin, {}, '--encoding latin1', { encoding: 'latin1' }],
    ['', {}, '--names', { names: ['a', 'b'] }],
    ['{"a":1}\n{"a":2,"z":3}\n', { format: 'jsonl', sampleRows: 1 }, '--types', undefined],
  ] as const)(
    'of %j is an option of the command, and helps',
    async (text, options, flag, given) => {
      const error = await faultOf(text as string, options);
      expect(error.name).toBe('TableError');
      expect(fileFault(error)).toContain(flag);
      expect(fileFault(error)).not.toMatch(/`\w+(: [^`]*)?`/);
      expect(bodyFault(error)).not.toMatch(/Pass|--/);
      if (given === undefined) return;
      const source = typeof text === 'string' ? { text } : text;
      const table = await readTable(source, readerOptions({ format: 'csv', ...given } as never));
      expect(table.names).toHaveLength(2);
    },
  );
});

describe('rows', () => {
  it('count from 1, whatever the value says', async () => {
    const error = await faultOf('a,b\n1,2\n3,"x in row 1."\n5,6\n', { columns: { b: 'number' } });
    expect(error.row).toBe(1);
    expect(fileFault(error)).toBe(
      'line 3: Column "b" must hold numbers. Received: "x in row 1." in row 2.',
    );
    const wrong = await faultOf('{"a":1}\n5\n', { format: 'jsonl' });
    expect(fileFault(wrong)).toContain('row 2 must be an object');
  });
});
