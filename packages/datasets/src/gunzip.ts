import { concat } from './bytes.ts';
import { DatasetError } from './dataset-error.ts';
import { isNode, platform } from './platform.node.ts';

/** Whether the bytes begin like a gzip file. */
export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Decompresses gzip, in Node and in browsers: one member, or several of them in a row (RFC 1952), as
 * `cat a.gz b.gz` and bgzip make them.
 *
 * @param name the file's name for error messages.
 * @param limitOf returns the most bytes that may come out, given the first ones; undefined if these
 * are too few to tell. A few kilobytes can unpack to gigabytes, so unpacking stops at the limit.
 * @throws DatasetError 'gzip' or 'oversized', and whatever `limitOf` throws.
 */
export async function gunzip(
  bytes: Uint8Array,
  name: string,
  limitOf: (head: Uint8Array) => number | undefined,
): Promise<Uint8Array> {
  const whole = isNode ? await platform.unpackAtOnce?.(bytes, limitOf) : undefined;
  if (whole !== undefined) return whole;
  const chunks: Uint8Array[] = [];
  let length = 0;
  let limit: number | undefined;
  const take = (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
    limit ??= limitOf(concat(chunks, length));
    if (limit !== undefined && length > limit) {
      const what = `is oversized: it unpacks to more than ${limit} bytes. Delete it and get it again.`;
      throw new DatasetError('oversized', name, what);
    }
  };
  for (let start = 0; start < bytes.length || start === 0; ) {
    const kept = { chunks: chunks.length, length };
    let end: number | undefined;
    let cause: unknown;
    // The stream takes one member and nothing behind it, and does not say where the member ends.
    for (const candidate of memberEnds(bytes, start)) {
      cause = await unpackMember(bytes.subarray(start, candidate), take);
      if (cause === undefined) {
        end = candidate;
        break;
      }
      chunks.length = kept.chunks;
      length = kept.length;
    }
    if (end === undefined) {
      const what = 'is a corrupted gzip file. Delete it and get it again.';
      throw new DatasetError('gzip', name, what, cause);
    }
    start = end;
  }
  return concat(chunks, length);
}

/** Where a member may end: before the next one's magic number, method and flags, or with the file. */
function* memberEnds(bytes: Uint8Array, start: number): Generator<number> {
  for (let at = bytes.indexOf(0x1f, start + 1); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
    if (bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && bytes[at + 3] < 0x20) yield at;
  }
  yield bytes.length;
}

/** Unpacks one member. Returns the reason if it is not valid; errors of `take` are passed on. */
async function unpackMember(
  bytes: Uint8Array,
  take: (chunk: Uint8Array) => void,
): Promise<unknown> {
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  for (;;) {
    let next: ReadableStreamReadResult<Uint8Array>;
    try {
      next = await reader.read();
    } catch (cause) {
      return cause ?? new Error('corrupted');
    }
    if (next.done) return undefined;
    try {
      take(next.value);
    } catch (error) {
      await reader.cancel().catch(() => {});
      throw error;
    }
  }
}
