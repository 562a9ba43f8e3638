import { fail, show } from '../check.ts';
import type { Column } from '../columns.ts';
import type { Table } from '../table.ts';
import type { Target } from './column-encoder.ts';
import { byCodeUnits, levelsOf } from './levels-of.ts';

/** A number, or a class's name or number, for each row. */
export type TargetValues = ArrayLike<number> | ArrayLike<string> | ArrayLike<boolean>;

/**
 * The target that encoders may use. Whole numbers with few values remain numbers: only the caller
 * knows whether they are classes.
 */
export function targetOf(table: Table, target: string | TargetValues): Target {
  if (typeof target === 'string') return columnTarget(table.column(target) as Column);
  if (target?.length !== table.rows) {
    fail('target', `a column or a value for each of ${table.rows} rows`, target?.length ?? target);
  }
  const values = Array.from(target as ArrayLike<unknown>);
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size === 1 && kinds.has('number')) {
    return { type: 'number', values: Float64Array.from(values as number[]) };
  }
  if (kinds.size === 1 && (kinds.has('string') || kinds.has('boolean'))) {
    return classes(values.map(String));
  }
  return fail('target', 'numbers, strings or booleans, all of one type', [...kinds].join(' and '));
}

function columnTarget(column: Column): Target {
  if (column.type === 'number') return { type: 'number', values: column.values };
  if (column.type === 'date')
    fail('target', 'a column of numbers or classes', `${show(column.name)}, of dates`);
  const { codes, levels } = levelsOf(column);
  const order = levels.map((_, i) => i).sort((a, b) => byCodeUnits(levels[a], levels[b]));
  const present = new Set(codes);
  const kept = order.filter((code) => present.has(code));
  const moved = Int32Array.from(levels, (_, code) => kept.indexOf(code));
  return {
    type: 'class',
    codes: codes.map((code) => (code < 0 ? -1 : moved[code])),
    classes: kept.length,
  };
}

function classes(names: readonly string[]): Target {
  const codes = new Map([...new Set(names)].sort(byCodeUnits).map((name, i) => [name, i]));
  return {
    type: 'class',
    codes: Int32Array.from(names, (name) => codes.get(name)!),
    classes: codes.size,
  };
}
