import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from '@kernel-methods/runner';
import { flagOf } from '@kernel-methods/runner/options';
import type { ReadTableOptions, Source } from '@kernel-methods/tables';
import { csvOnly, type FileReading } from '../options/reading-options.ts';

/** The options of a reader, from those of the command. */
export function readerOptions(reading: FileReading): ReadTableOptions {
  const { format, separator, quote, names, header, types = {}, ...others } = reading;
  const { encoding, decimal, thousands, missing, dateOrder, ragged, duplicateNames } = others;
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
    ...(Object.keys(types).length > 0 && { columns: types }),
  };
}

/**
 * How one file is read: standard input is CSV where nothing else is said.
 *
 * @throws UsageError if an option says something of CSV, and the file is none.
 */
export function readingFor(path: string, reading: FileReading): FileReading {
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

export const isCsv = (path: string, { format }: Pick<FileReading, 'format'>): boolean =>
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

/** A file's path from the root; a URL as it is. */
export const absolute = (file: string): string => (isUrl(file) ? file : resolve(file));

const isUrl = (path: string) => /^https?:\/\//.test(path);
