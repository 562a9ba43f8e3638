import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  DatasetError,
  type DownloadProgress,
  type ImageDataset,
  type LoadDatasetOptions,
  type LoadedImages,
  loadFashionMnist,
  loadKmnist,
  loadMnist,
  syntheticDigits,
} from '@kernel-methods/datasets';
import { megabytes, type Output } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { Config } from '../options/options.ts';
import { datasets, mostRows } from '../parts/variants.ts';

/** Images as they come, and from where. */
export interface Source {
  readonly origin: string;
  /** The folder with its files, where they were read from one. */
  readonly folder?: string;
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

const loaders = {
  mnist: loadMnist,
  'fashion-mnist': loadFashionMnist,
  kmnist: loadKmnist,
} satisfies Record<string, (options: LoadDatasetOptions) => Promise<LoadedImages>>;

/** The images of the data set that the options name. */
export async function loadImages(
  config: Pick<Config, 'dataset' | 'data' | 'rows' | 'seed'>,
  signal: AbortSignal,
  output: Pick<Output, 'bar'>,
): Promise<Source> {
  const { dataset } = config;
  const name = datasets[dataset];
  output.bar(() => `loading ${name}`, true);
  if (dataset === 'synthetic') return drawSynthetic(config);
  if (config.data !== undefined) checkFolder(config.data, dataset);
  const load = (split: 'train' | 'test') =>
    loaders[dataset]({
      split,
      dataDir: config.data,
      signal,
      onProgress: (progress) => output.bar((width) => downloadLine(progress).slice(0, width)),
    }).catch(inOurWords);
  const train = await load('train');
  return sourceOf(name, train, await load('test'));
}

/**
 * The same images where all files are here; undefined where they are not, or where something is wrong with them,
 * which `loadImages` tells. They are unpacked beside this thread, which does something else meanwhile.
 */
export async function loadImagesHere({
  dataset,
  data: dataDir,
}: Pick<Config, 'dataset' | 'data'>): Promise<Source | undefined> {
  if (dataset === 'synthetic') return undefined;
  try {
    if (dataDir !== undefined) checkFolder(dataDir, dataset);
    const load = (split: 'train' | 'test') => loaders[dataset]({ split, dataDir, download: false });
    const [train, test] = await Promise.all([load('train'), load('test')]);
    return sourceOf(datasets[dataset], train, test);
  } catch {
    return undefined;
  }
}

const sourceOf = (name: string, train: LoadedImages, test: LoadedImages): Source => ({
  origin: `${name}, ${describe(train.origin)}`,
  folder: folderOf(train.origin),
  train,
  test,
});

/**
 * A folder that lacks some of the files is a mistake: without this the download of the others would tell of
 * its own troubles. One that has none of them is passed over.
 *
 * @throws UsageError naming the files that are missing.
 */
function checkFolder(folder: string, dataset: string): void {
  const missing = filesOfSet.filter((name) =>
    [folder, join(folder, dataset)].every(
      (at) => !existsSync(join(at, name)) && !existsSync(join(at, `${name}.gz`)),
    ),
  );
  if (missing.length === 0 || missing.length === filesOfSet.length) return;
  throw new UsageError(
    `\`--data\` must be a folder with all files of the data set, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Received: ${folder}.`,
  );
}

const filesOfSet = ['train', 't10k'].flatMap((split) => [
  `${split}-images-idx3-ubyte`,
  `${split}-labels-idx1-ubyte`,
]);

function folderOf({ source, files }: LoadedImages['origin']): string | undefined {
  return source === 'download' ? undefined : dirname(files[0].location);
}

/** The first images drawn are the test set, so that it is the same however many rows train. */
function drawSynthetic({ rows, seed }: Pick<Config, 'rows' | 'seed'>): Source {
  const testRows = 10_000;
  const trainRows = rows === 'all' ? mostRows : rows;
  const all = syntheticDigits({ rows: testRows + trainRows, seed });
  const [, height, width] = all.x.shape;
  const size = height * width;
  const part = (from: number, to: number): ImageDataset => ({
    x: { data: all.x.data.subarray(from * size, to * size), shape: [to - from, height, width] },
    y: all.y.subarray(from, to),
    classNames: all.classNames,
  });
  return {
    origin: `synthetic digits, drawn with seed ${seed}`,
    test: part(0, testRows),
    train: part(testRows, testRows + trainRows),
  };
}

function describe({ source, files }: LoadedImages['origin']): string {
  const { location } = files[0];
  const where = {
    dataDir: `read from ${location}`,
    environment: `read from ${location}`,
    cache: `from the cache, ${location}`,
    download: `downloaded from ${location}`,
  }[source];
  return files.every((file) => file.verified) ? where : `${where} (not the published files)`;
}

function downloadLine({ file, loaded, total }: DownloadProgress): string {
  const of = total === undefined ? '' : ` of ${megabytes(total)}`;
  return `downloading ${file}: ${megabytes(loaded)}${of}`;
}

/** What the package calls `dataDir` is an option here. */
function inOurWords(error: unknown): never {
  if (error instanceof DatasetError)
    error.message = error.message.replaceAll('`dataDir`', '`--data`');
  throw error;
}
