import { createRandom } from '@kernel-methods/random';
import { count, minus, percent, plural } from '@kernel-methods/report';
import type { Question } from '@kernel-methods/search';
import {
  type Column,
  type ColumnDescription,
  type Remark,
  Table,
  tableEncoder,
} from '@kernel-methods/tables';
import { isBlank, knownRows } from './blanks.ts';
import { listsIn } from './label-lists.ts';

/** A column as the model will see it. */
export interface ColumnLook extends ColumnDescription {
  readonly role: 'target' | 'used' | 'left out';
  /** What its reader should know: blanks, constants, identifiers, leaks. */
  readonly odd: readonly string[];
  /** That it predicts the target nearly perfectly by itself, where it does. */
  readonly leak?: string;
}

/** A column that is right so often by itself is probably made from the target. */
const LEAK = 0.99;
const LEAST_ROWS = 50;
const MOST_ROWS = 10_000;

/** What each column is taken for, and what is odd about it. */
export function lookAt({ table, target, task, labels, seed }: Question): ColumnLook[] {
  const { columns } = table.describe();
  const remarks = new Map(
    tableEncoder()
      .fit(table.drop(target) as Table)
      .remarks.map(({ column, code }) => [column, code]),
  );
  const judge = soloJudge(table, target, task, seed);
  return columns.map((found): ColumnLook => {
    const { name, missing } = found;
    const isTarget = name === target;
    const described =
      isTarget && task !== 'regression'
        ? asClasses(found, table.column(name) as Column, labels)
        : found;
    const remark = remarks.get(name);
    const solo = isTarget || remark !== undefined ? undefined : judge(name);
    return {
      ...described,
      role: isTarget ? 'target' : remark === undefined ? 'used' : 'left out',
      ...(solo !== undefined && { leak: solo }),
      odd: [
        ...(missing > 0 ? [`${share(missing, table.rows)} blank`] : []),
        ...(remark === undefined ? [] : [reasons[remark]]),
        ...(solo === undefined ? [] : [`gives ${target} away?`]),
      ],
    };
  });
}

/** Classes and labels are described as categories, also where they are numbers or lists. */
function asClasses(
  found: ColumnDescription,
  column: Column,
  labels: Question['labels'],
): ColumnDescription {
  if (labels) return describeTexts(found.name, listsIn(column, labels.separator).flat());
  if (column.type !== 'number') return found;
  const known = knownRows(column, column.values.length);
  const texts = Array.from(known, (row) => String(column.values[row]));
  return { ...describeTexts(found.name, texts), missing: found.missing };
}

function describeTexts(name: string, texts: readonly string[]): ColumnDescription {
  const rows = texts.map((text) => ({ [name]: text }));
  return Table.fromRows(rows, { columns: { [name]: 'category' } }).describe().columns[0];
}

const share = (part: number, all: number) =>
  part / all < 0.001 ? plural(part, 'value') : `${((100 * part) / all).toFixed(1)} %`;

const reasons: Readonly<Record<Remark['code'], string>> = {
  constant: 'the same in all rows',
  empty: 'no values',
  identifier: 'an identifier',
};

/** Says of a column that it predicts the target nearly perfectly by itself, where it does. */
function soloJudge(
  table: Table,
  target: string,
  task: Question['task'],
  seed: number,
): (name: string) => string | undefined {
  if (table.rows < LEAST_ROWS) return () => undefined;
  const order = createRandom(seed).permutation(table.rows).slice(0, MOST_ROWS);
  const half = order.length >> 1;
  const [train, test] = [order.slice(0, half), order.slice(half)];
  const truth = valuesOf(table.column(target) as Column);
  if (task !== 'regression') {
    const usual = mostFrequent(train, truth);
    const plainShare = shareOf(test, (row) => truth(row) === usual);
    // Where one class is nearly all, a column that says so is no leak.
    if (plainShare > 0.97) return () => undefined;
    return (name) => {
      const key = binsOf(table.column(name) as Column, train);
      const byKey = grouped(train, key);
      const said = new Map([...byKey].map(([bin, rows]) => [bin, mostFrequent(rows, truth)]));
      const right = shareOf(test, (row) => (said.get(key(row)) ?? usual) === truth(row));
      if (right < LEAK) return undefined;
      return `predicts ${target} by itself in ${percent(right)} of rows: is it known beforehand? If not, --drop it`;
    };
  }
  const number = (row: number) => truth(row) as number;
  const mean = meanOf(train, number);
  const total = sumOf(test, (row) => (number(row) - mean) ** 2);
  if (total === 0) return () => undefined;
  return (name) => {
    const column = table.column(name) as Column;
    const key = binsOf(column, train);
    const said = new Map(
      [...grouped(train, key)].map(([bin, rows]) => [bin, lineOf(rows, column, number)]),
    );
    const rest = sumOf(test, (row) => (number(row) - (said.get(key(row))?.(row) ?? mean)) ** 2);
    const r2 = 1 - rest / total;
    if (r2 < LEAK) return undefined;
    return `explains ${percent(r2)} of ${target} by itself: is it known beforehand? If not, --drop it`;
  };
}

const BINS = 32;

/** The level of a value, or of a number the quantile that it is in. */
function binsOf(column: Column, train: ArrayLike<number>): (row: number) => unknown {
  const value = valuesOf(column);
  if (column.type !== 'number' && column.type !== 'date') return value;
  const sorted = Float64Array.from(train, (row) => column.values[row])
    .filter((one) => !Number.isNaN(one))
    .sort();
  const distinct = new Set(sorted).size;
  if (distinct <= 2 * BINS) return value;
  const edges = Array.from(
    { length: BINS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / BINS)],
  );
  return (row) =>
    isBlank(column, row) ? null : edges.filter((edge) => column.values[row] >= edge).length;
}

function valuesOf(column: Column): (row: number) => unknown {
  if (column.type === 'category') return (row) => column.codes[row];
  return (row) => column.values[row];
}

function grouped(rows: ArrayLike<number>, key: (row: number) => unknown): Map<unknown, number[]> {
  const groups = new Map<unknown, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const name = key(rows[i]);
    const known = groups.get(name);
    if (known) known.push(rows[i]);
    else groups.set(name, [rows[i]]);
  }
  return groups;
}

function mostFrequent(rows: ArrayLike<number>, truth: (row: number) => unknown): unknown {
  const counts = new Map<unknown, number>();
  for (let i = 0; i < rows.length; i++) {
    const label = truth(rows[i]);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** The line through the rows of a bin; their mean where the column has no numbers. */
function lineOf(rows: readonly number[], column: Column, y: (row: number) => number) {
  const middle = meanOf(rows, y);
  if (column.type !== 'number' && column.type !== 'date') return () => middle;
  const x = (row: number) => column.values[row];
  const center = meanOf(rows, x);
  const spread = sumOf(rows, (row) => (x(row) - center) ** 2);
  if (!(spread > 0) || rows.length < 3) return () => middle;
  const slope = sumOf(rows, (row) => (x(row) - center) * (y(row) - middle)) / spread;
  return (row: number) => middle + slope * (x(row) - center);
}

function sumOf(rows: ArrayLike<number>, value: (row: number) => number): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += value(rows[i]);
  return sum;
}

const meanOf = (rows: ArrayLike<number>, value: (row: number) => number) =>
  sumOf(rows, value) / rows.length;

const shareOf = (rows: ArrayLike<number>, holds: (row: number) => boolean) =>
  sumOf(rows, (row) => Number(holds(row))) / rows.length;

/** What a column holds, in a few words. */
export function spreadText(look: ColumnLook): string {
  const { type, distinct, min, median, max, top } = look;
  if (type === 'number') return `${short(min)} … ${short(median)} … ${short(max)}`;
  if (type === 'date') return `${day(min)} … ${day(max)}`;
  if (type === 'text') return plural(distinct, 'text');
  const names = (top ?? []).slice(0, 3).map(({ value }) => value);
  return `${names.join(', ')}${distinct > names.length ? `, … (${count(distinct)})` : ''}`;
}

const short = (value: number | undefined) =>
  value === undefined ? '–' : minus(`${Number(value.toPrecision(4))}`);

const day = (value: number | undefined) =>
  value === undefined ? '–' : new Date(value).toISOString().slice(0, 10);
