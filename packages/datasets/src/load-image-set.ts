import { fail } from './check.ts';
import { DatasetError } from './dataset-error.ts';
import { type DownloadProgress, download, type Transport } from './download.ts';
import {
  checkCounts,
  type DatasetOriginFile,
  type LoadedFile,
  openImageFile,
} from './image-file.ts';
import type { DatasetSplit, ImageSet, ImageSetFile } from './image-sets.ts';
import { platform as browser } from './platform.browser.ts';
import { isNode, platform as node } from './platform.node.ts';
import type { Cache } from './platform.ts';
import type { ImageDataset } from './types.ts';

const platform = isNode ? node : browser;

export interface LoadDatasetOptions {
  /** The training rows or the test rows. */
  split: DatasetSplit;
  /**
   * Your own folder with the IDX files, gzipped or not, in it or in a subfolder of the set's name.
   * In the browser a URL, relative to the page.
   */
  dataDir?: string;
  /** Where downloads are kept. Default: the user's cache folder; in the browser a Cache Storage. */
  cacheDir?: string;
  /** Folders to download from, in order of preference: HTTPS, or HTTP on this machine. */
  mirrors?: readonly string[];
  /** Whether files that are nowhere here are downloaded. Default: true. */
  download?: boolean;
  /** Stops a download. */
  signal?: AbortSignal;
  /** Called as the bytes of a download arrive. */
  onProgress?: (progress: DownloadProgress) => void;
}

/** Where the rows come from. */
export interface DatasetOrigin {
  source: 'dataDir' | 'environment' | 'cache' | 'download';
  files: DatasetOriginFile[];
}

export interface LoadedImages extends ImageDataset {
  origin: DatasetOrigin;
}

/** Looks for the files in the caller's folders, then in the cache, then downloads them. */
export async function loadImageSet(
  set: ImageSet,
  options: LoadDatasetOptions,
  transport?: Transport,
): Promise<LoadedImages> {
  const { split, dataDir, cacheDir, mirrors, mayDownload, signal } = checkOptions(set, options);
  signal?.throwIfAborted();
  const { images, labels } = set.files[split];
  for (const folder of platform.folders(set.name, dataDir)) {
    const found = [await folder.read(images.name), await folder.read(labels.name)];
    if (!found[0] || !found[1]) continue;
    // Labels come first: they say how many images there may be, before these are unpacked.
    const ownLabels = await openImageFile(labels, found[1], { own: true }).catch(async (error) => {
      await openImageFile(images, found[0]!, { own: true });
      throw error;
    });
    const ownImages = await openImageFile(images, found[0], { own: true, labels: ownLabels });
    return assemble(set, folder.source, [ownImages, ownLabels]);
  }
  const cache = platform.cache(set.name, cacheDir);
  const cached = [await fromCache(images, cache), await fromCache(labels, cache)];
  if (cached[0] && cached[1]) return assemble(set, 'cache', [cached[0], cached[1]]);
  if (!mayDownload) {
    const what =
      'is in no folder here, and `download` is false. Allow that, or put the file there.';
    throw new DatasetError('absent', `${set.name}/${(cached[0] ? labels : images).name}.gz`, what);
  }
  await cache.prepare();
  const fetched = (file: ImageSetFile) =>
    download({
      name: `${set.name}/${file.name}.gz`,
      urls: mirrors.map((mirror) => `${mirror.replace(/\/*$/, '')}/${file.name}.gz`),
      // A file that does not compress at all becomes a little longer.
      maxBytes: file.size + 2048,
      accept: async (bytes, location) => {
        const opened = await openImageFile(file, { bytes, location });
        return { opened, bytes };
      },
      signal,
      onProgress: options.onProgress,
      transport,
    });
  const files: LoadedFile[] = [];
  for (const [i, file] of [images, labels].entries()) {
    let opened = cached[i];
    if (!opened) {
      const got = await fetched(file);
      await cache.write(file.name, got.bytes);
      opened = got.opened;
    }
    files.push(opened);
  }
  return assemble(set, 'download', files);
}

/** A damaged file in the cache is downloaded again. */
async function fromCache(file: ImageSetFile, cache: Cache): Promise<LoadedFile | undefined> {
  const found = await cache.read(file.name);
  if (!found) return undefined;
  return openImageFile(file, found).catch((error) => {
    if (error instanceof DatasetError && error.code !== 'insecure') return undefined;
    throw error;
  });
}

function assemble(
  set: ImageSet,
  source: DatasetOrigin['source'],
  files: LoadedFile[],
): LoadedImages {
  const [images, labels] = files;
  const { location } = labels.origin;
  checkCounts(labels, images.origin.location, images.idx.shape[0]);
  const y = labels.idx.data;
  const wrong = y.findIndex((label) => label >= set.classNames.length);
  if (wrong >= 0) {
    const what = `label ${y[wrong]} of row ${wrong} is none of the ${set.classNames.length} classes. Put the right file there.`;
    throw new DatasetError('labels', location, what);
  }
  return {
    x: { data: images.idx.data, shape: images.idx.shape },
    y,
    classNames: [...set.classNames],
    origin: { source, files: [images.origin, labels.origin] },
  };
}

function checkOptions(set: ImageSet, options: LoadDatasetOptions) {
  const { split, dataDir, cacheDir, mirrors = set.mirrors, signal } = options ?? {};
  const { download: mayDownload = true } = options ?? {};
  if (split !== 'train' && split !== 'test') fail('split', "'train' or 'test'", split);
  for (const [name, folder] of Object.entries({ dataDir, cacheDir })) {
    if (folder !== undefined && (typeof folder !== 'string' || folder === '')) {
      fail(name, 'a folder', folder);
    }
  }
  if (!Array.isArray(mirrors) || mirrors.length === 0) {
    fail('mirrors', 'a list of one or more URLs', mirrors);
  }
  for (const mirror of mirrors) {
    const { protocol, hostname } = URL.parse(mirror) ?? { protocol: '', hostname: '' };
    const here = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    if (protocol !== 'https:' && !(protocol === 'http:' && here)) {
      fail('mirrors', 'HTTPS URLs, or HTTP ones on this machine', mirror);
    }
  }
  if (typeof mayDownload !== 'boolean') fail('download', 'true or false', mayDownload);
  return { split, dataDir, cacheDir, mirrors, mayDownload, signal };
}
