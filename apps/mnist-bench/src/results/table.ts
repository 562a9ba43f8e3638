import { cut, type Output, shorten } from '@kernel-methods/report';
import type { Sort } from '../options/comparison-options.ts';
import type { Comparison } from '../records/comparison.ts';
import { type Cells, cellsOf, nameOf } from './cells.ts';
import { remarks } from './remarks.ts';
import { sortVariants } from './summarize.ts';

export interface TableOptions {
  readonly sort: Sort;
  readonly style: Pick<Output, 'bold' | 'dim'>;
  /** Columns of the terminal: no line is longer. */
  readonly width: number;
}

/**
 * The comparison as a table, and under it what failed and what was skipped. Where it gets narrow,
 * columns go, the least needed first; then the names are cut.
 */
export function tableLines(comparison: Comparison, { sort, style, width }: TableOptions): string[] {
  const variants = sortVariants(comparison.variants, sort);
  if (variants.length === 0) return ['No run ended.', ...remarks(comparison, style, width)];
  const rows = variants.map(cellsOf);
  const names = variants.map(nameOf);
  const longest = Math.max(...names.map(({ length }) => length), 'variant'.length);
  const columns = fitting(columnsOf(rows), sort, width - mark - Math.min(longest, enough));
  const room = Math.max(1, Math.min(longest, width - mark - widthOf(columns)));

  const line = (front: string, name: string, text: (column: Column) => string) =>
    cut(
      `${front.padEnd(mark)}${shorten(name, room).padEnd(room)}${columns
        .map((column) => ' '.repeat(column.gap) + aligned(text(column), column))
        .join('')}`.trimEnd(),
      width,
    );
  return [
    style.dim(line('', 'variant', ({ title }) => title)),
    ...variants.map(({ front }, i) => {
      const text = line(front ? '●' : '', names[i], ({ name }) => rows[i][name]);
      return front ? style.bold(text) : text;
    }),
    ...remarks(comparison, style, width),
  ];
}

/** Room for the mark of the front. */
const mark = 2;

/** A name may be cut to this before a column goes. */
const enough = 40;

interface ColumnKind {
  readonly name: keyof Cells;
  readonly title: string;
  readonly gap: number;
  readonly align: 'left' | 'right';
}

interface Column extends ColumnKind {
  readonly width: number;
}

const kinds: readonly ColumnKind[] = [
  { name: 'accuracy', title: 'accuracy', gap: 2, align: 'left' },
  { name: 'deviation', title: '', gap: 1, align: 'left' },
  { name: 'auroc', title: 'AUROC', gap: 2, align: 'left' },
  { name: 'answered', title: 'answered', gap: 2, align: 'left' },
  { name: 'right', title: 'right', gap: 2, align: 'left' },
  { name: 'found', title: 'found', gap: 2, align: 'left' },
  { name: 'seconds', title: 'time', gap: 2, align: 'right' },
  { name: 'between', title: 'from–to', gap: 2, align: 'left' },
  { name: 'memory', title: 'memory', gap: 2, align: 'right' },
  { name: 'runs', title: 'runs', gap: 2, align: 'left' },
];

/** The least needed first; of the others a row says nothing without them. */
const spare: readonly (keyof Cells)[] = [
  'runs',
  'between',
  'memory',
  'deviation',
  'right',
  'answered',
  'found',
];

/** The columns that say anything, as wide as their widest text. */
function columnsOf(rows: readonly Cells[]): Column[] {
  return kinds
    .map((kind) => ({ kind, longest: Math.max(...rows.map((row) => row[kind.name].length)) }))
    .filter(({ longest }) => longest > 0)
    .map(({ kind, longest }) => ({ ...kind, width: Math.max(kind.title.length, longest) }));
}

/** What is sorted by stays. */
function fitting(columns: readonly Column[], sort: Sort, room: number): Column[] {
  let kept = [...columns];
  for (const name of spare) {
    if (widthOf(kept) <= room) break;
    if (name !== sort) kept = kept.filter((column) => column.name !== name);
  }
  return kept;
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { gap, width }) => sum + gap + width, 0);
}

function aligned(text: string, { align, width }: Column): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}
