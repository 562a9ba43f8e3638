import { keepLast } from '@kernel-methods/runner';
import type { FitSettings } from '../options/options.ts';
import { digestOf } from './digest.ts';
import { prepare } from './prepare.ts';
import { readFiles } from './read-data.ts';

/** Some rows of files, as a shard describes them. */
export interface FarRows {
  readonly files: readonly string[];
  /** How the files are read, and what is asked of them. */
  readonly settings: FitSettings;
  /** Of the rows of the machine that asks: other rows would be another fit. */
  readonly digest: string;
  readonly from: number;
  readonly count: number;
}

/**
 * What a worker is asked for. It reads the files whole and once, and keeps them for its other shards:
 * so a column is taken for the same type on every machine.
 *
 * @throws RangeError if the files hold something else here.
 */
export async function* rows({ files, settings, digest, from, count }: FarRows) {
  // The digest is a part of the key, as files change between two fits.
  const key = JSON.stringify([files, settings, digest]);
  const { table, own } = await known.get(key, () => readRows(files, settings));
  if (own !== digest) {
    // The files may be brought in line, and are then read again.
    known.forget();
    throw new RangeError(
      `the files must hold what they hold on the machine that fits. Received: other rows in ${files.join(', ')}.`,
    );
  }
  yield table.slice(from, from + count);
}

const known = keepLast<Awaited<ReturnType<typeof readRows>>>();

async function readRows(files: readonly string[], settings: FitSettings) {
  const { question } = prepare(await readFiles(files, settings), settings);
  return { table: question.table, own: digestOf(question) };
}
