import { knownOptions, nonNegativeInteger } from '@kernel-methods/check';
import { type Cell, type Column, cellAt } from './columns.ts';
import { shortNumber } from './describe.ts';
import { printGrid } from './print-grid.ts';

/** A table's first rows as text, under the columns' names and types. */
export function printTable(
  columns: readonly Column[],
  rows: number,
  options: { width?: number; rows?: number } = {},
): string {
  knownOptions('The options', options, ['width', 'rows']);
  const { width, rows: most = 10 } = options;
  nonNegativeInteger('rows', most);
  const size = `${count(rows, 'row')} × ${count(columns.length, 'column')}`;
  if (columns.length === 0) return size;
  const shown = Math.min(rows, most);
  const grid = printGrid({
    header: columns.map(({ name }) => name),
    under: columns.map(({ type }) => type),
    lines: Array.from({ length: shown }, (_, row) =>
      columns.map((column) => showCell(cellAt(column, row))),
    ),
    right: columns.map(({ type }) => type === 'number'),
    width,
  });
  return `${grid}\n${shown < rows ? `${size}, the first ${shown} shown` : size}`;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

function showCell(cell: Cell): string {
  if (cell === null) return '·';
  if (typeof cell === 'number') return shortNumber(cell);
  if (!(cell instanceof Date)) return String(cell);
  const text = cell.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, -14) : text.replace('.000Z', 'Z');
}
