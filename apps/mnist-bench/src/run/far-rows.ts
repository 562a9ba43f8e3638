import { resolve } from 'node:path';
import { keepLast } from '@kernel-methods/runner';
import { flagOf } from '@kernel-methods/runner/options';
import type { Config } from '../options/options.ts';
import { parse } from '../options/parse.ts';
import { type Data, loadData, type Matrix, part } from './data.ts';

/** Some of the training rows, as a shard describes them. */
export interface FarRows {
  /** The options that say what the rows are, as on the command line. */
  readonly args: readonly string[];
  /** Of the data of the machine that asks: rows of other data would be another fit. */
  readonly checksum: string;
  readonly from: number;
  readonly count: number;
}

/** The options that the training rows depend on. */
const ofRows = ['dataset', 'data', 'rows', 'seed', 'deskew'] as const;

/** These options as a worker reads them. */
export const argsOf = (config: Pick<Config, (typeof ofRows)[number]>): string[] =>
  ofRows.flatMap((name) => {
    const value = config[name];
    // A worker may have been started in another folder.
    const text = name === 'data' && value !== undefined ? resolve(String(value)) : String(value);
    return value === undefined ? [] : [flagOf(name), text];
  });

/**
 * What a worker is asked for. It reads the whole data set once, and keeps it for its other shards.
 *
 * @throws RangeError if it is not the same here.
 */
export async function* rows({ args, checksum, from, count }: FarRows) {
  // The checksum is a part of the key, as files change between two fits.
  const key = [checksum, ...args].join(' ');
  const { train, ...data } = await known.get(key, () => dataOf(args));
  if (data.checksum !== checksum) {
    // The files may be brought in line, and are then read again.
    known.forget();
    throw new RangeError(
      `the data must be those of the machine that fits, ${checksum}. Received: ${data.checksum}, ${data.origin}.`,
    );
  }
  yield { x: part(train.x, from, count), y: labels(part(train.y, from, count)) };
}

/** The classes of one-hot rows. */
export const labels = ({ data, shape: [count, width] }: Matrix): number[] =>
  Array.from({ length: count }, (_, row) => data.indexOf(1, row * width) - row * width);

const known = keepLast<Data>();

function dataOf(args: readonly string[]): Promise<Data> {
  const { signal } = new AbortController();
  const output = { note() {}, bar() {} };
  return loadData(parse(args).config, { signal, output, fallBack: false });
}
