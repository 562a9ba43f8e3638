import { statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { UsageError } from '@kernel-methods/runner';
import {
  type ColumnSpec,
  type ReadTableOptions,
  readTable,
  type Source,
  Table,
} from '@kernel-methods/tables';
import type { Reading } from '../options/options.ts';

/** The options of a reader, from those of the command. */
export function readerOptions(
  { format, separator, quote, names, header, types }: Reading,
  specs: Readonly<Record<string, ColumnSpec>> = {},
): ReadTableOptions {
  const columns = { ...specs, ...types };
  return {
    ...(format && { format }),
    ...(separator !== undefined && { delimiter: separator }),
    ...(quote !== undefined && { quote }),
    ...(names ? { header: names } : header !== undefined && { header }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}

/** The same where the names of the columns are known: the first line must hold them. */
export const namedReaderOptions = (
  reading: Reading,
  specs: Readonly<Record<string, ColumnSpec>>,
): ReadTableOptions => readerOptions({ ...reading, header: reading.header ?? true }, specs);

/** Reads whole files, one under the other. `-` is standard input. */
export async function readFiles(
  paths: readonly string[],
  reading: Reading,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (rows: number) => void } = {},
): Promise<Table> {
  const tables: Table[] = [];
  for (const path of paths) {
    const before = tables.reduce((sum, { rows }) => sum + rows, 0);
    // The types of the first file are those of all.
    const specs = tables[0] ? specsOf(tables[0]) : {};
    const table = (await readTable(sourceOf(path), {
      ...readerOptions(reading, specs),
      ...(path === '-' && reading.format === undefined && { format: 'csv' as const }),
      ...(signal && { signal }),
      onProgress: ({ rows }) => onProgress?.(before + rows),
    })) as Table;
    tables.push(table);
  }
  const [first, ...rest] = tables;
  for (const [i, { names }] of rest.entries()) {
    const missing = first.names.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw new UsageError(
        `the files must have the same columns. Received: ${paths[i + 1]} without ${JSON.stringify(missing)}.`,
      );
    }
  }
  return rest.length === 0
    ? first
    : Table.concat([first, ...rest.map((one) => one.select(...first.names))]);
}

/** Reads a file whose columns are those of a model. */
export async function readNamed(
  path: string,
  reading: Reading,
  specs: Readonly<Record<string, ColumnSpec>>,
): Promise<Table> {
  return (await readTable(sourceOf(path), {
    ...namedReaderOptions(reading, specs),
    ...(path === '-' && reading.format === undefined && { format: 'csv' as const }),
  })) as Table;
}

/** @throws UsageError unless the path is a file that is there. */
export function sourceOf(path: string): Source {
  if (path === '-') return Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
  if (/^https?:\/\//.test(path)) return new URL(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`the file must exist. Received: ${path}.`);
  if (found.isDirectory()) {
    throw new UsageError(`the file must be a file, not a folder. Received: ${path}.`);
  }
  return path;
}

/** The types of a table's columns, for a reader. */
export const specsOf = ({ columns }: Pick<Table, 'columns'>): Record<string, ColumnSpec> =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]));
