import { type CategoryColumn, type Column, type ColumnType, countMissing } from './columns.ts';
import { printGrid } from './print-grid.ts';

/** What a column holds. Numbers and dates have a spread, the others their most frequent values. */
export interface ColumnDescription {
  name: string;
  type: ColumnType;
  missing: number;
  /** The number of different values, not counting missing ones. */
  distinct: number;
  /**
   * For numbers, and for dates as milliseconds since 1970. Missing and infinite values do not
   * count.
   */
  mean?: number;
  /** The sample's standard deviation (n − 1). */
  std?: number;
  min?: number;
  /** Quartiles, between two rows by linear interpolation. */
  q25?: number;
  median?: number;
  q75?: number;
  max?: number;
  /** The most frequent values, at most five; the first in the order of their texts among equals. */
  top?: { value: string; count: number }[];
}

export interface TableDescription {
  rows: number;
  columns: ColumnDescription[];
  /** As a table for a terminal. */
  toString(options?: { width?: number }): string;
}

export function describeTable(columns: readonly Column[], rows: number): TableDescription {
  const described = columns.map(describeColumn);
  return withText({ rows, columns: described }, (options) => printDescription(described, options));
}

export function describeColumn(column: Column): ColumnDescription {
  const { name, type } = column;
  const missing = countMissing(column);
  if (column.type === 'number' || column.type === 'date') {
    const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
    const finite = sorted.filter(Number.isFinite);
    const counted = { name, type, missing, distinct: countDistinct(sorted) };
    if (sorted.length === 0) return counted;
    return {
      ...counted,
      ...moments(finite),
      min: sorted[0],
      q25: quantile(sorted, 0.25),
      median: quantile(sorted, 0.5),
      q75: quantile(sorted, 0.75),
      max: sorted[sorted.length - 1],
    };
  }
  const counts = countValues(column);
  const top = [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, 5);
  return { name, type, missing, distinct: counts.size, top };
}

/**
 * The value at a share of sorted numbers, between two of them by linear interpolation (NumPy's
 * default).
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  // Also right where a neighbour is infinite.
  if (sorted[low] === sorted[high] || at === low) return sorted[low];
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** How many rows have each value. */
function countValues(column: Exclude<Column, { type: 'number' | 'date' }>): Map<string, number> {
  if (column.type === 'category') return countLevels(column);
  const counts = new Map<string, number>();
  const add = (value: string) => counts.set(value, (counts.get(value) ?? 0) + 1);
  if (column.type === 'text') {
    for (const value of column.values) if (value !== null) add(value);
  } else {
    for (const value of column.values) if (value < 2) add(value ? 'true' : 'false');
  }
  return counts;
}

function countLevels({ codes, levels }: CategoryColumn): Map<string, number> {
  const counts = new Uint32Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  return new Map(levels.map((level, i) => [level, counts[i]] as const).filter(([, n]) => n > 0));
}

function moments(finite: Float64Array): { mean?: number; std?: number } {
  const { length } = finite;
  if (length === 0) return {};
  // About the first value: large numbers of little spread keep their digits.
  const [origin] = finite;
  let sum = 0;
  for (const value of finite) sum += value - origin;
  const offset = sum / length;
  let squares = 0;
  for (const value of finite) squares += (value - origin - offset) ** 2;
  const std = length > 1 ? Math.sqrt(squares / (length - 1)) : undefined;
  return { mean: origin + offset, ...(std === undefined ? {} : { std }) };
}

function countDistinct(sorted: Float64Array): number {
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}

function printDescription(columns: ColumnDescription[], options: { width?: number } = {}): string {
  const statistics = ['mean', 'std', 'min', 'median', 'max'] as const;
  const header = ['column', 'type', 'missing', 'distinct', ...statistics, 'most frequent'];
  const lines = columns.map((column) => [
    column.name,
    column.type,
    String(column.missing),
    String(column.distinct),
    ...statistics.map((statistic) => showStatistic(column, statistic)),
    (column.top ?? []).map(({ value, count }) => `${value} (${count})`).join(', '),
  ]);
  const right = [false, false, true, true, true, true, true, true, true, false];
  return printGrid({ header, lines, right, ...options });
}

function showStatistic(
  column: ColumnDescription,
  statistic: 'mean' | 'std' | 'min' | 'median' | 'max',
): string {
  const value = column[statistic];
  if (value === undefined) return '';
  if (column.type !== 'date') return shortNumber(value);
  if (statistic === 'std') return `${shortNumber(value / 86_400_000)} d`;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/** Rounded to five significant digits. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return String(value + 0);
  const rounded = Number(value.toPrecision(5));
  if (!Number.isFinite(value)) return String(value);
  return size < 1e9 && size >= 1e-4 ? String(rounded) : rounded.toExponential().replace('e+', 'e');
}

/** An object that prints as a text and is otherwise its own data. */
function withText<T extends object>(
  data: T,
  print: (options?: { width?: number }) => string,
): T & { toString(options?: { width?: number }): string } {
  Object.defineProperty(data, 'toString', { value: print });
  Object.defineProperty(data, Symbol.for('nodejs.util.inspect.custom'), {
    value: () => print(),
  });
  return data as T & { toString(options?: { width?: number }): string };
}
