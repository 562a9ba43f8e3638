import type {
  BooleanColumn,
  CategoryColumn,
  Column,
  NumberColumn,
  TextColumn,
} from '../columns.ts';
import { codeOf } from '../columns.ts';

/** A column as names: numbers by their shortest text, booleans as true and false. */
export function levelsOf(column: Column): { codes: Int32Array; levels: readonly string[] } {
  if (column.type === 'category') return column as CategoryColumn;
  const levels = new Map<string, number>();
  const { values } = column as NumberColumn | BooleanColumn | TextColumn;
  const codes = Int32Array.from({ length: values.length }, (_, row) => {
    const value = values[row];
    if (value === null || Number.isNaN(value)) return -1;
    if (column.type !== 'boolean') return codeOf(levels, String(value));
    return value === 2 ? -1 : codeOf(levels, value ? 'true' : 'false');
  });
  return { codes, levels: [...levels.keys()] };
}

/** How many rows have each level. */
export function countCodes(codes: Int32Array, levels: number): Uint32Array {
  const counts = new Uint32Array(levels);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
}

/** Names in the order of their UTF-16 code units, the same everywhere. */
export const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
