import { statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { UsageError } from '@kernel-methods/runner';
import { flagOf } from '@kernel-methods/runner/options';
import {
  type ColumnSpec,
  type ReadTableOptions,
  readTable,
  type Source,
  Table,
} from '@kernel-methods/tables';
import { csvOnly, type Reading } from '../options/reading-options.ts';

/** The options of a reader, from those of the command. */
export function readerOptions(
  reading: Reading,
  specs: Readonly<Record<string, ColumnSpec>> = {},
): ReadTableOptions {
  const { format, separator, quote, names, header, types, ...others } = reading;
  const { encoding, decimal, thousands, missing, dateOrder, ragged, duplicateNames } = others;
  const columns = { ...specs, ...types };
  const given = { encoding, decimal, thousands, dateOrder, ragged, duplicateNames };
  return {
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as typeof given),
    // An empty field is blank whatever else is.
    ...(missing && { missing: ['', ...missing] }),
    ...(format && { format }),
    ...(separator !== undefined && { delimiter: separator }),
    ...(quote !== undefined && { quote }),
    ...(names ? { header: names } : header !== undefined && { header }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}

/** The same for a file whose columns are known by name: the first line of CSV must hold them. */
export function namedReaderOptions(
  path: string,
  given: Reading,
  specs: Readonly<Record<string, ColumnSpec>>,
): ReadTableOptions {
  const reading = readingFor(path, given);
  const { header = isCsv(path, reading) ? true : undefined } = reading;
  return readerOptions({ ...reading, header }, specs);
}

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
      ...readerOptions(readingFor(path, reading), specs),
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
  return (await readTable(sourceOf(path), namedReaderOptions(path, reading, specs))) as Table;
}

/**
 * How one file is read: standard input is CSV where nothing else is said.
 *
 * @throws UsageError if an option says something of CSV, and the file is none.
 */
function readingFor(path: string, reading: Reading): Reading {
  const { format = path === '-' ? 'csv' : undefined } = reading;
  const given = csvOnly.find((name) => reading[name] !== undefined);
  if (given !== undefined && !isCsv(path, { format })) {
    throw new UsageError(
      `\`${flagOf(given)}\` must be left out for a file that is not CSV. Received: ${path}.`,
    );
  }
  return { ...reading, ...(format && { format }) };
}

const otherEndings = /\.(?:jsonl?|ndjson|parquet|pq|arrows?|feather|ipc)(?:\.gz)?$/i;

const isCsv = (path: string, { format }: Pick<Reading, 'format'>): boolean =>
  format === undefined ? !otherEndings.test(path) : format === 'csv' || format === 'tsv';

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
