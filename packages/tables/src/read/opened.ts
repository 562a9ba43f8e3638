import { concatBytes } from './bytes.ts';

/** A source that is open: it is read once, whole or in pieces. */
export interface OpenSource {
  /** For error messages: nothing where there is no name. */
  readonly name: string | undefined;
  readonly total: number | undefined;
  /** How much was read. */
  loaded: number;
  /** The content; text where the source is text. */
  chunks(): AsyncIterable<Uint8Array | string>;
  /** The content for reading here and there. */
  random(): Promise<RandomAccess>;
  close(): Promise<void>;
}

/** Bytes of which any part can be read. */
export interface RandomAccess {
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** All bytes of a source. */
export async function collect(source: Pick<OpenSource, 'chunks'>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.chunks()) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    chunks.push(bytes);
    length += bytes.length;
  }
  return concatBytes(chunks, length);
}

/** The beginning of a source, at least so long if there is as much; it is read again afterwards. */
export async function peek(source: OpenSource, length: number): Promise<Uint8Array | string> {
  const chunks = source.chunks()[Symbol.asyncIterator]();
  const head: (Uint8Array | string)[] = [];
  let known = 0;
  while (known < length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head.push(value);
    known += value.length;
  }
  const rest = { [Symbol.asyncIterator]: () => chunks };
  source.chunks = async function* () {
    yield* head;
    yield* rest;
  };
  if (head.every((chunk) => typeof chunk === 'string')) return head.join('');
  const bytes = head.map((chunk) =>
    typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk,
  );
  return concatBytes(
    bytes,
    bytes.reduce((sum, chunk) => sum + chunk.length, 0),
  );
}

export function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    byteLength: bytes.length,
    slice: async (start, end) => bytes.slice(start, end).buffer as ArrayBuffer,
  };
}
