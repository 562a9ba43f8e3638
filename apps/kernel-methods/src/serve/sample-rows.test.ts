import { expect, it } from 'vitest';
import type { InputColumn } from '../model/model-record.ts';
import { checkRows } from './check-rows.ts';
import { sampleRows } from './sample-rows.ts';

it('makes rows that the service takes, of all that columns held', () => {
  const columns: InputColumn[] = [
    { name: 'width', type: 'number', min: -5, max: 40, hasBlanks: false },
    { name: 'empty', type: 'number', hasBlanks: true },
    { name: 'kind', type: 'category', levels: ['shoes', 'books'], hasBlanks: false },
    { name: 'code', type: 'category', hasBlanks: true },
    { name: 'note', type: 'text', hasBlanks: false },
    { name: 'open', type: 'boolean', hasBlanks: false },
    {
      name: 'since',
      type: 'date',
      min: Date.UTC(1960, 0),
      max: Date.UTC(2030, 0),
      hasBlanks: false,
    },
  ];
  const rows = sampleRows(columns, 20);
  expect(checkRows(rows, columns)).toMatchObject({ rows: { length: 20 } });
  const widths = rows.map(({ width }) => width as number);
  expect(new Set(widths).size).toBe(20);
  expect(widths.every((width) => width >= -5 && width <= 40)).toBe(true);
  expect(Math.max(...widths) - Math.min(...widths)).toBeGreaterThan(35);
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['shoes', 'books']));
});
