import { createHash } from 'node:crypto';
import {
  DatasetError,
  deskew,
  type ImageDataset,
  oneHot,
  scalePixels,
} from '@kernel-methods/datasets';
import type { Output } from '@kernel-methods/report';
import { splitRows } from '../options/complete.ts';
import type { Config } from '../options/options.ts';
import { digitsIn, type TaskEntry, tasks } from '../parts/tasks.ts';
import { datasets } from '../parts/variants.ts';
import { loadImages, type Source } from './sources.ts';

export interface Matrix {
  readonly data: Float32Array;
  readonly shape: number[];
}

/** Pixels from 0 to 1 in rows, one-hot labels, and where they came from. */
export interface Data {
  readonly name: string;
  readonly origin: string;
  readonly checksum: string;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly train: { readonly x: Matrix; readonly y: Matrix };
  readonly test: { readonly x: Matrix; readonly y: Matrix };
  /** Test rows of digits that are not trained on; absent if all are. */
  readonly unknown?: Matrix;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly output: Pick<Output, 'note' | 'bar'>;
  /** Whether synthetic digits may stand in for a data set that cannot be had. */
  readonly fallBack: boolean;
}

/**
 * The data of a run. Where the data set cannot be had and a replacement is allowed, it is made and
 * said so.
 */
export async function loadData(
  config: Config,
  { signal, output, fallBack }: LoadOptions,
  load: (
    config: Config,
    signal: AbortSignal,
    output: LoadOptions['output'],
  ) => Promise<Source> = loadImages,
): Promise<Data> {
  const { dataset } = config;
  try {
    return prepare(config, datasets[dataset], await load(config, signal, output));
  } catch (error) {
    if (!fallBack || signal.aborted || !cannotBeHad(error)) throw error;
    output.note(standInWarning(datasets[dataset], error));
    const made = await load({ ...config, dataset: 'synthetic' }, signal, output);
    const origin = `${made.origin}, in place of ${datasets[dataset]}, which cannot be had here`;
    return prepare(config, datasets.synthetic, { ...made, origin });
  }
}

function prepare(config: Config, name: string, source: Source): Data {
  const digits = digitsIn(config.normal);
  const [known, test] = [source.train, source.test].map((images) => rowsOf(images, digits));
  const rows = config.rows === 'all' ? known.y.length : config.rows;
  if (rows > known.y.length) {
    const which = digits === undefined ? '' : ` of the digits ${config.normal}`;
    throw new Error(`${name} has ${known.y.length} training rows${which} here, not ${rows}.`);
  }
  const train = firstRows(known, rows);
  const { unused }: TaskEntry = tasks[config.task];
  const split = unused.includes('validationSplit') ? 0 : config.validationSplit;
  return {
    name,
    origin: source.origin,
    checksum: checksumOf(train, source.test),
    rows: { ...splitRows(rows, split), test: source.test.y.length },
    train: forModel(train, config),
    test: forModel(test, config),
    ...(digits && { unknown: forModel(rowsOf(source.test, othersThan(digits)), config).x }),
  };
}

/** The rows of some digits; all of them where none are named. */
function rowsOf(images: ImageDataset, digits: readonly number[] | undefined): ImageDataset {
  if (digits === undefined) return images;
  const { x, y, classNames } = images;
  const [, height, width] = x.shape;
  const size = height * width;
  const picked = Array.from(y.keys()).filter((row) => digits.includes(y[row]));
  const data = new Uint8Array(picked.length * size);
  picked.forEach((row, i) => {
    data.set(x.data.subarray(row * size, (row + 1) * size), i * size);
  });
  return {
    x: { data, shape: [picked.length, height, width] },
    y: Uint8Array.from(picked, (row) => y[row]),
    classNames,
  };
}

const othersThan = (digits: readonly number[]) =>
  Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => !digits.includes(digit));

function firstRows({ x, y, classNames }: ImageDataset, rows: number): ImageDataset {
  const [, height, width] = x.shape;
  return {
    x: { data: x.data.subarray(0, rows * height * width), shape: [rows, height, width] },
    y: y.subarray(0, rows),
    classNames,
  };
}

function forModel(
  { x, y, classNames }: ImageDataset,
  { deskew: upright }: Pick<Config, 'deskew'>,
): { x: Matrix; y: Matrix } {
  // One-hot, since a few rows may lack a class that the test set has.
  return {
    x: scalePixels(upright === 'yes' ? deskew(x) : x),
    y: oneHot(y, { classes: classNames.length }),
  };
}

function checksumOf(...parts: readonly ImageDataset[]): string {
  const hash = createHash('sha256');
  for (const { x, y } of parts) hash.update(x.data).update(y);
  return `sha256:${hash.digest('hex')}`;
}

/** A damaged file of the user's own is another matter: the user wants to know of it. */
export function cannotBeHad(error: unknown): error is DatasetError {
  if (!(error instanceof DatasetError)) return false;
  // Of a download, whatever came instead: a page of the hotel's network, say.
  const downloaded = error.cause instanceof DatasetError;
  return downloaded || ['network', 'http', 'no-space', 'permission', 'io'].includes(error.code);
}

export const standInWarning = (name: string, { message }: DatasetError) =>
  `WARNING: ${name} cannot be had, so this runs on SYNTHETIC digits: its figures do not compare. (${oneLine(message)})`;

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Rows of a matrix. */
export const part = ({ data, shape: [, width] }: Matrix, from: number, count: number): Matrix => ({
  data: data.subarray(from * width, (from + count) * width),
  shape: [count, width],
});
