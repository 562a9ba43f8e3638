import { concat } from './bytes.ts';
import { DatasetError } from './dataset-error.ts';

/** Whether the bytes begin as gzip does. */
export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Decompresses gzip, in Node and in browsers.
 *
 * @param name the file's name for error messages.
 * @param limitOf how many bytes may come out, told from the first ones; nothing if these are too
 *   few to tell. A few kilobytes can be made to unpack to gigabytes: it stops at the limit.
 * @throws DatasetError 'gzip' or 'oversized', and what `limitOf` throws.
 */
export async function gunzip(
  bytes: Uint8Array,
  name: string,
  limitOf: (head: Uint8Array) => number | undefined,
): Promise<Uint8Array> {
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let limit: number | undefined;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      const what = 'is a corrupted gzip file. Delete it and get it again.';
      throw new DatasetError('gzip', name, what, cause);
    });
    if (done) return concat(chunks, length);
    chunks.push(value);
    length += value.length;
    try {
      limit ??= limitOf(concat(chunks, length));
      if (limit !== undefined && length > limit) {
        const what = `is oversized: it unpacks to more than ${limit} bytes. Delete it and get it again.`;
        throw new DatasetError('oversized', name, what);
      }
    } catch (error) {
      await reader.cancel().catch(() => {});
      throw error;
    }
  }
}
