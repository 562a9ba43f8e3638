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
  /** Of the unpacked bytes. */
  sha256: string;
  /** Whether these are the published bytes. Your own folder may hold other data. */
  verified: boolean;
}

export interface LoadedFile {
  idx: { data: Uint8Array; shape: number[] };
  origin: DatasetOriginFile;
}

/**
 * Unpacks, parses and checks one file of a set. The narrowest complaint comes first, the checksum
 * last.
 *
 * A file in the caller's `own` folder may hold other images; but if it is exactly as long as the
 * published one it is meant to be that, and must be.
 */
export async function openImageFile(
  file: ImageSetFile,
  { bytes, location }: Found,
  { own = false } = {},
): Promise<LoadedFile> {
  const limitOf = (head: Uint8Array) => {
    const end = parseIdxHeader(head, location)?.end;
    return own || end === undefined ? end : Math.min(end, file.size);
  };
  const raw = isGzip(bytes) ? await gunzip(bytes, location, limitOf) : bytes;
  const { data, shape } = parseIdx(raw, { name: location });
  const inner = file.name.includes('images') ? [28, 28] : [];
  if (
    !(data instanceof Uint8Array) ||
    shape.slice(1).join() !== inner.join() ||
    shape.length !== 1 + inner.length ||
    shape[0] === 0
  ) {
    const wanted = inner.length ? 'images of 28×28 bytes' : 'labels of one byte';
    const what = `holds numbers of shape [${shape.join(', ')}], not ${wanted}. Put the right file there.`;
    throw new DatasetError('shape', location, what);
  }
  const sum = await sha256(raw, location);
  const published = file.sha256;
  let verified: boolean;
  if ('raw' in published) verified = sum === published.raw;
  else verified = isGzip(bytes) && (await sha256(bytes, location)) === published.gzip;
  // Without a published sum of the unpacked bytes, one's own recompressed file cannot be judged.
  const mustMatch = !own || ('raw' in published && raw.length === file.size);
  if (mustMatch && !verified) {
    const what =
      "its SHA-256 is not the published one: the file is damaged or another set's. Delete it and get it again.";
    throw new DatasetError('checksum', location, what);
  }
  return { idx: { data, shape }, origin: { name: file.name, location, sha256: sum, verified } };
}
