import { keepLast } from '@kernel-methods/runner';
import { type Job, type Measured, measurerOf } from '@kernel-methods/search';
import type { FitSettings } from '../options/options.ts';
import { digestOf } from './digest.ts';
import { prepare } from './prepare.ts';
import { readFiles } from './read-data.ts';

/** The rows of files, as they are described to a worker. */
export interface FarFiles {
  readonly files: readonly string[];
  /** How the files are read, and what is asked of them. */
  readonly settings: FitSettings;
  /** Of the rows of the machine that asks: other rows would be another fit. */
  readonly digest: string;
}

/** Some of these rows, as a shard describes them. */
export interface FarRows extends FarFiles {
  readonly from: number;
  readonly count: number;
}

/**
 * Some rows, for a fit. A worker reads the files whole and once, and keeps them for whatever else it is
 * asked: so a column is taken for the same type on every machine.
 *
 * @throws RangeError if the files hold something else here.
 */
export async function* rows({ from, count, ...files }: FarRows) {
  const { table } = await read(files);
  yield table.slice(from, from + count);
}

/**
 * Candidates, for a search: as they are measured on the machine that asks.
 *
 * @throws RangeError if the files hold something else here.
 */
export async function measure(
  { job, ...files }: FarFiles & { readonly job: Job },
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Measured[]> {
  return (await read(files)).measure(job, signal);
}

const known = keepLast<Awaited<ReturnType<typeof readRows>>>();

async function read({ files, settings, digest }: FarFiles) {
  // The digest is a part of the key, as files change between two fits.
  const key = JSON.stringify([files, settings, digest]);
  const found = await known.get(key, () => readRows(files, settings));
  if (found.own === digest) return found;
  // The files may be brought in line, and are then read again.
  known.forget();
  throw new RangeError(
    `the files must hold what they hold on the machine that fits. Received: other rows in ${files.join(', ')}.`,
  );
}

async function readRows(files: readonly string[], settings: FitSettings) {
  const { question } = prepare(await readFiles(files, settings), settings);
  return { table: question.table, own: digestOf(question), measure: measurerOf(question) };
}
