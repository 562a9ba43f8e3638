import type { FitSettings } from '../options/options.ts';
import { digestOf } from './digest.ts';
import { type Prepared, prepare } from './prepare.ts';
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
  const { table, own } = await rowsOf({ files, settings, digest });
  if (own !== digest) {
    // The files may be brought in line, and are then read again.
    known = undefined;
    throw new RangeError(
      `the files must hold what they hold on the machine that fits. Received: other rows in ${files.join(', ')}.`,
    );
  }
  yield table.slice(from, from + count);
}

interface Known {
  readonly key: string;
  readonly rows: Promise<{ readonly table: Prepared['question']['table']; readonly own: string }>;
}

let known: Known | undefined;

/** The digest is a part of the key, as files change between two fits. */
function rowsOf({ files, settings, digest }: Omit<FarRows, 'from' | 'count'>): Known['rows'] {
  const key = JSON.stringify([files, settings, digest]);
  if (known?.key === key) return known.rows;
  const reading: Known = { key, rows: readRows(files, settings) };
  known = reading;
  // What failed may be there the next time.
  reading.rows.catch(() => {
    if (known === reading) known = undefined;
  });
  return reading.rows;
}

async function readRows(files: readonly string[], settings: FitSettings) {
  const { question } = prepare(await readFiles(files, settings), settings);
  return { table: question.table, own: digestOf(question) };
}
