import { mostFloat32 } from '@kernel-methods/runner/options';
import type { AnyRow, Cell, ColumnType } from '@kernel-methods/tables';
import { finiteRule } from '../data/finite.ts';
import type { InputColumn } from '../model/model-record.ts';
import { readDate } from './iso-date.ts';

/** What is wrong with a row of a request. */
export interface RowFault {
  /** From 1. */
  readonly row: number;
  readonly column?: string;
  readonly message: string;
}

/** So many faults are told; a request with more has them all the same. */
const MOST_FAULTS = 20;

/** Rows as the model takes them, or what is wrong with them. */
export type Checked =
  | { readonly rows: readonly AnyRow[] }
  | { readonly faults: readonly RowFault[]; readonly more: number };

/** Checks the rows of a request against the columns of a model. Other members are ignored. */
export function checkRows(given: readonly unknown[], columns: readonly InputColumn[]): Checked {
  const rows: AnyRow[] = [];
  const faults: RowFault[] = [];
  let more = 0;
  const fault = (row: number, message: string, column?: string) => {
    if (faults.length < MOST_FAULTS)
      faults.push({ row, ...(column !== undefined && { column }), message });
    else more += 1;
  };
  given.forEach((one, i) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      fault(i + 1, `must be an object with a member for each column. Received: ${shown(one)}.`);
      return;
    }
    const row: AnyRow = {};
    for (const { name, type } of columns) {
      if (!Object.hasOwn(one, name)) {
        fault(i + 1, `must be there: ${rules[type].must}, or null.`, name);
        continue;
      }
      const value = (one as Record<string, unknown>)[name];
      const cell = value === null ? null : rules[type].read(value);
      if (cell === undefined)
        fault(i + 1, `must be ${rules[type].must}, or null. Received: ${shown(value)}.`, name);
      else row[name] = cell;
    }
    rows.push(row);
  });
  return faults.length > 0 ? { faults, more } : { rows };
}

interface Rule {
  readonly must: string;
  /** The cell, or undefined where the rule is broken. */
  read(value: unknown): Cell | undefined;
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

const rules: Readonly<Record<ColumnType, Rule>> = {
  number: {
    must: finiteRule,
    read: (value) =>
      typeof value === 'number' && Math.abs(value) < mostFloat32 ? value : undefined,
  },
  category: { must: 'a string', read: text },
  text: { must: 'a string', read: text },
  boolean: {
    must: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  date: {
    must: 'a date as ISO 8601 writes it, such as 2026-11-30 or 2026-11-30T10:15:00Z',
    read: (value) => (typeof value === 'string' ? readDate(value) : undefined),
  },
};

export function shown(value: unknown): string {
  // JSON reads 1e400 as Infinity, and writes that as null.
  if (typeof value === 'number') return String(value);
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}
