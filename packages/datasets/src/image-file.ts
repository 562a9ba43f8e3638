import { DatasetError } from './dataset-error.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { parseIdx, parseIdxHeader } from './idx.ts';
import type { ImageSetFile } from './image-sets.ts';
import type { Found } from './platform.ts';
import { sha256 } from './sha256.ts';

export interface DatasetOriginFile {
  name: string;
  /** Path or URL. */
  location: string;
  /** The checksum of the unpacked bytes. */
  sha256: string;
  /** Whether these are the published bytes. Your own folder may hold different data. */
  verified: boolean;
}

export interface LoadedFile {
  idx: { data: Uint8Array; shape: number[] };
  origin: DatasetOriginFile;
}

/**
 * Unpacks, parses and checks one file of a set. The most specific error comes first, the checksum
 * last.
 *
 * A file in the caller's `own` folder may hold other images. But if it is exactly as long as the
 * published file, it must be that file.
 */
export async function openImageFile(
  file: ImageSetFile,
  { bytes, location }: Found,
  { own = false, labels }: { own?: boolean; labels?: LoadedFile } = {},
): Promise<LoadedFile> {
  const limitOf = (head: Uint8Array) => {
    const header = parseIdxHeader(head, location);
    if (header === undefined) return undefined;
    // The shape is checked before anything is unpacked: a header may ask for gigabytes.
    checkShape(file, location, header.type === 0x08, header.shape);
    if (labels) checkCounts(labels, location, header.shape[0]);
    return own ? header.end : Math.min(header.end, file.size);
  };
  const raw = isGzip(bytes) ? await gunzip(bytes, location, limitOf) : bytes;
  const { data, shape } = parseIdx(raw, { name: location });
  checkShape(file, location, data instanceof Uint8Array, shape);
  const sum = await sha256(raw, location);
  const published = file.sha256;
  let verified: boolean;
  if ('raw' in published) verified = sum === published.raw;
  else verified = isGzip(bytes) && (await sha256(bytes, location)) === published.gzip;
  // Without a published checksum of the unpacked bytes, a file that you compressed yourself cannot
  // be checked.
  const mustMatch = !own || ('raw' in published && raw.length === file.size);
  if (mustMatch && !verified) {
    const what =
      'its SHA-256 is not the published one: the file is damaged or belongs to another data set. Delete it and get it again.';
    throw new DatasetError('checksum', location, what);
  }
  return {
    idx: { data: data as Uint8Array, shape },
    origin: { name: file.name, location, sha256: sum, verified },
  };
}

function checkShape(
  file: ImageSetFile,
  location: string,
  areBytes: boolean,
  shape: readonly number[],
): void {
  const inner = file.name.includes('images') ? [28, 28] : [];
  const fits = shape.slice(1).join() === inner.join() && shape.length === 1 + inner.length;
  if (areBytes && fits && shape[0] !== 0) return;
  const wanted = inner.length ? 'images of 28×28 bytes' : 'labels of one byte';
  const what = `holds numbers of shape [${shape.join(', ')}], not ${wanted}. Put the right file there.`;
  throw new DatasetError('shape', location, what);
}

/** @throws DatasetError unless there are as many labels as images. */
export function checkCounts(labels: LoadedFile, images: string, rows: number): void {
  const [count] = labels.idx.shape;
  if (count === rows) return;
  const what = `has ${count} labels for the ${rows} images of ${images}. Put files there that belong together.`;
  throw new DatasetError('counts', labels.origin.location, what);
}
