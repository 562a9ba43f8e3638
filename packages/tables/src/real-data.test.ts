import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { categoryEncoder } from './encode/category-encoder.ts';
import type { ColumnEncoder, Json } from './encode/column-encoder.ts';
import { ordinalEncoder } from './encode/ordinal-encoder.ts';
import { TableEncoder, tableEncoder } from './encode/table-encoder.ts';
import { textEncoder } from './encode/text-encoder.ts';
import { readCsv } from './read/read-csv.ts';
import { readEmbeddings } from './read/read-embeddings.ts';
import { isSparse, toDense } from './sparse-rows.ts';
import { Table } from './table.ts';

const root = process.env.KERNEL_METHODS_DATA ?? '';
const tables = join(root, 'tables');
const texts = join(root, 'clinc150');

interface Described {
  file: string;
  rows: number;
  testFile?: string;
  testRows?: number;
  target: string;
  columns: {
    name: string;
    kind: string;
    role?: string;
    missing?: number;
    levelsSeen?: number;
    levels?: string[];
  }[];
}

const known: Record<string, Described> = existsSync(join(tables, 'tables.json'))
  ? JSON.parse(readFileSync(join(tables, 'tables.json'), 'utf8')).tables
  : {};

describe.skipIf(Object.keys(known).length === 0)('tables of the data folder', () => {
  test.each(Object.keys(known))('%s', async (name) => {
    const { file, rows, testFile, testRows, target, columns } = known[name];
    const header = columns.map((column) => column.name);
    const first = await readCsv(join(tables, file), { header });
    expect([first.rows, first.names]).toEqual([rows, header]);
    const more = testFile ? [await readCsv(join(tables, testFile), { header })] : [];
    if (testFile) expect(more[0].rows).toBe(testRows);
    const table = Table.concat([first, ...more]);
    const described = table.describe().columns;
    columns.forEach(({ name: column, kind, missing, levelsSeen }, i) => {
      expect(described[i].missing, column).toBe(missing ?? 0);
      if (kind === 'numeric') expect(described[i].type, column).toBe('number');
      if (kind === 'categorical') {
        // Codes that are numbers look like numbers.
        expect(['number', 'category'], column).toContain(described[i].type);
        if (levelsSeen && column !== target) expect(described[i].distinct, column).toBe(levelsSeen);
      }
    });
    const own: Record<string, ColumnEncoder | 'drop'> = {};
    for (const { name: column, kind, role, levels } of columns) {
      if (role === 'target') continue;
      if (role === 'ignore') own[column] = 'drop';
      else if (kind === 'categorical') own[column] = categoryEncoder();
      else if (kind === 'ordinal') own[column] = ordinalEncoder({ levels });
    }
    const encoder = tableEncoder({ columns: own });
    const { train, test: held } = table.trainTestSplit({ seed: 1 });
    const x = toDense(encoder.fitTransform(train, { target }));
    expect(x.shape[0]).toBe(train.rows);
    expect(x.data.every(Number.isFinite)).toBe(true);
    const loaded = TableEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)) as Json);
    expect(loaded.transform(held)).toEqual(encoder.transform(held));
    expect(encoder.remarks).toEqual([]);
  });
});

describe.skipIf(!existsSync(join(texts, 'data_full.json')))('texts of the data folder', () => {
  const data = () =>
    JSON.parse(readFileSync(join(texts, 'data_full.json'), 'utf8')) as Record<
      string,
      [string, string][]
    >;

  test('sentences become as many terms as scikit-learn finds', () => {
    const { train } = data();
    const table = Table.fromRows(train.map(([text, intent]) => ({ text, intent })));
    expect(table.types).toEqual({ text: 'text', intent: 'category' });
    const encoder = tableEncoder({ columns: { text: textEncoder({ characters: [3, 5] }) } });
    const x = encoder.fitTransform(table, { target: 'intent' });
    if (!isSparse(x)) throw new Error('text is sparse');
    // references.json: terms of words and of pieces; and how many a row has by the same recipe.
    expect(encoder.width).toBe(30_848 + 32_635);
    expect(x.values.length / table.rows).toBeCloseTo(85.9585, 3);
  });

  test('embeddings have length 1', async () => {
    const { data: values, shape } = await readEmbeddings(join(texts, 'embeddings-val.f16'), {
      columns: 384,
      type: 'float16',
    });
    expect(shape).toEqual([3000, 384]);
    for (let row = 0; row < 3000; row += 100) {
      const length = Math.hypot(...values.subarray(row * 384, (row + 1) * 384));
      expect(Math.abs(length - 1)).toBeLessThan(1e-3);
    }
  });
});
