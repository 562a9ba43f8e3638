import { statSync } from 'node:fs';
import { resolve } from 'node:path';
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
import { type RowPlace, rowOfFile } from './finite.ts';

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

interface ReadFilesOptions {
  /** The columns that the files must have; all of the first file, if it is left out. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
}

/** Reads whole files, one under the other. `-` is standard input. */
export const readFiles = async (...given: Parameters<typeof readEach>): Promise<Table> =>
  Table.concat(await readEach(...given)) as Table;

/** Reads whole files, which have the same columns in the same order. */
export async function readEach(
  paths: readonly string[],
  { types, ...reading }: Reading,
  { only, signal, onProgress }: ReadFilesOptions = {},
): Promise<Table[]> {
  const isRead = ([name]: [string, unknown]) => only === undefined || only.includes(name);
  const own = types && Object.fromEntries(Object.entries(types).filter(isRead));
  const tables: Table[] = [];
  for (const path of paths) {
    const before = tables.reduce((sum, { rows }) => sum + rows, 0);
    // The types of the first file are those of all.
    const specs = tables[0] ? specsOf(tables[0]) : {};
    const table = (await readTable(sourceOf(path), {
      ...readerOptions(readingFor(path, { ...reading, types: own }), specs),
      ...(signal && { signal }),
      onProgress: ({ rows }) => onProgress?.(before + rows),
    })) as Table;
    const names = tables[0]?.names ?? table.names.filter((name) => isRead([name, undefined]));
    const missing = (only ?? names).find((name) => !table.has(name));
    if (missing !== undefined) {
      const rule = only
        ? 'the files must have the columns of the model and its target'
        : 'the files must have the same columns';
      throw new UsageError(`${rule}. Received: ${path} without ${JSON.stringify(missing)}.`);
    }
    tables.push(table.select(...names) as Table);
  }
  return tables;
}

/** A file's path from the root; a URL as it is. */
export const absolute = (file: string): string => (isUrl(file) ? file : resolve(file));

const isUrl = (path: string) => /^https?:\/\//.test(path);

/** Where a row of tables that lie one under the other is: of several files, its file too. */
export function placesIn(files: readonly string[], tables: readonly Table[]): RowPlace {
  return (row) => {
    let [file, own] = [0, row];
    while (own >= tables[file].rows) own -= tables[file++].rows;
    return files.length === 1 ? rowOfFile(own) : `${rowOfFile(own)} of ${files[file]}`;
  };
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

const otherEndings = /\.(?:jsonl?|ndjson|parquet|pq|arrows?|feather|ipc|npy)(?:\.gz)?$/i;

const isCsv = (path: string, { format }: Pick<Reading, 'format'>): boolean =>
  format === undefined ? !otherEndings.test(path) : format === 'csv' || format === 'tsv';

/** @throws UsageError unless the path is a file that is there. */
export function sourceOf(path: string): Source {
  if (path === '-') return Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
  if (isUrl(path)) return new URL(path);
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
