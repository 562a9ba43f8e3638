import { fail, show } from '../check.ts';
import { TableError } from '../table-error.ts';
import { concatBytes } from './bytes.ts';
import { platform as browser } from './platform.browser.ts';
import { isNode, platform as node } from './platform.node.ts';
import type { OpenFile, Platform } from './platform.ts';

const platform: Platform = isNode ? node : browser;

/**
 * Where data come from: a path (in browsers a URL relative to the page), a URL, a `Blob` or `File`,
 * a stream, bytes, or text. A string that has a line break is taken as text, any other as a path or
 * URL; `{ text }` is text whatever it holds.
 */
export type Source =
  | string
  | URL
  | Blob
  | ReadableStream<Uint8Array>
  | ReadableStream<string>
  | Uint8Array
  | ArrayBuffer
  | { readonly text: string };

export interface SourceOptions {
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
  /** Called repeatedly during the reading, and at the end. */
  onProgress?: (progress: ReadProgress) => void;
}

export interface ReadProgress {
  /** Bytes read so far, before decompression; characters where the source is text. */
  loaded: number;
  /** Undefined where it is not known. */
  total?: number;
  /** Rows read so far. */
  rows: number;
}

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

/** @throws TableError 'io' or 'network' if it cannot be opened. */
export async function openSource(source: Source, signal?: AbortSignal): Promise<OpenSource> {
  signal?.throwIfAborted();
  if (typeof source === 'string') {
    if (/[\n\r]/.test(source)) return openText(source);
    return isUrl(source) || !platform.open ? openUrl(source, signal) : openPath(source);
  }
  if (source instanceof URL) {
    if (source.protocol === 'file:' && platform.open) {
      return openPath(decodeURIComponent(source.pathname).replace(/^\/(?=[A-Za-z]:)/, ''));
    }
    return openUrl(source.href, signal);
  }
  if (typeof source === 'object' && source !== null) {
    if (source instanceof Blob) return openBlob(source);
    if (source instanceof ReadableStream) return openStream(source as ReadableStream<Uint8Array>);
    if (source instanceof ArrayBuffer) return openBytes(new Uint8Array(source));
    if (source instanceof Uint8Array) return openBytes(source);
    if ('text' in source && typeof source.text === 'string') return openText(source.text);
  }
  return fail('source', 'a path, URL, Blob, ReadableStream, bytes or { text }', source);
}

/** The path or URL that a source is, for its ending; nothing if it is no such thing. */
export function sourceName(source: Source): string | undefined {
  if (typeof source === 'string') return /[\n\r]/.test(source) ? undefined : source;
  if (source instanceof URL) return source.href;
  return typeof File !== 'undefined' && source instanceof File ? source.name : undefined;
}

const isUrl = (text: string) => /^(?:https?|blob|data):/i.test(text);

const nothingToClose = async () => {};

/** Characters given at once. */
const pieceLength = 1 << 20;

function openText(text: string): OpenSource {
  const opened: OpenSource = {
    name: undefined,
    total: text.length,
    loaded: 0,
    async *chunks() {
      for (let at = 0; at < text.length; at += pieceLength) {
        const piece = text.slice(at, at + pieceLength);
        opened.loaded += piece.length;
        yield piece;
      }
    },
    random: async () => inMemory(new TextEncoder().encode(text)),
    close: nothingToClose,
  };
  return opened;
}

function openBytes(bytes: Uint8Array): OpenSource {
  const opened: OpenSource = {
    name: undefined,
    total: bytes.length,
    loaded: 0,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += pieceLength) {
        const piece = bytes.subarray(at, at + pieceLength);
        opened.loaded += piece.length;
        yield piece;
      }
    },
    random: async () => inMemory(bytes),
    close: nothingToClose,
  };
  return opened;
}

function openBlob(blob: Blob): OpenSource {
  const name = 'name' in blob && typeof blob.name === 'string' ? blob.name : undefined;
  const random = async () => ({
    byteLength: blob.size,
    slice: (start: number, end?: number) => blob.slice(start, end).arrayBuffer(),
  });
  return Object.assign(openStream(blob.stream(), name, blob.size), { random });
}

function openStream(
  stream: ReadableStream<Uint8Array | string>,
  name?: string,
  total?: number,
): OpenSource {
  if (stream.locked) fail('source', 'a stream that nobody reads', 'a locked stream');
  const reader = stream.getReader();
  const opened: OpenSource = {
    name,
    total,
    loaded: 0,
    async *chunks() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
          fail('source', 'a stream of bytes or strings', value);
        }
        opened.loaded += value.length;
        yield value;
      }
    },
    random: async () => inMemory(await collect(opened)),
    // The rest is not wanted; a stream that failed cannot be cancelled.
    close: () => reader.cancel().catch(() => {}),
  };
  return opened;
}

async function openPath(path: string): Promise<OpenSource> {
  let file: OpenFile;
  try {
    file = await platform.open!(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const opened: OpenSource = {
    name: path,
    total: file.size,
    loaded: 0,
    async *chunks() {
      const chunks = file.chunks()[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await chunks.next().catch((cause) => {
          throw unreadable(path, cause);
        });
        if (done) return;
        opened.loaded += value.length;
        yield value;
      }
    },
    random: async () => {
      const { size } = file;
      if (size === undefined) return inMemory(await collect(opened));
      return {
        byteLength: size,
        async slice(start, end = size) {
          return (await file.slice(start, end)).buffer;
        },
      };
    },
    close: () => file.close(),
  };
  return opened;
}

function unreadable(path: string, cause: unknown): TableError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'no permission',
  };
  const reason = reasons[code ?? ''] ?? message;
  return new TableError('io', `cannot be read: ${reason}.`, { source: path }, cause);
}

async function openUrl(url: string, signal?: AbortSignal): Promise<OpenSource> {
  const response = await fetchOk(url, { signal });
  const length = Number(response.headers.get('content-length'));
  // A body that was compressed on the way is longer than the header says.
  const whole = length > 0 && !response.headers.get('content-encoding');
  const body = response.body ?? new Blob([]).stream();
  const opened = openStream(body, url, whole ? length : undefined);
  const inParts = whole && response.headers.get('accept-ranges') === 'bytes';
  return inParts
    ? Object.assign(opened, { random: async () => ranges(url, length, signal) })
    : opened;
}

async function fetchOk(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new TableError(
      'network',
      'no answer. Check the address and the connection.',
      { source: url },
      cause,
    );
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new TableError(
      'network',
      `the server answered ${response.status} ${response.statusText}.`,
      {
        source: url,
      },
    );
  }
  return response;
}

/** Parts of a file on a server. */
function ranges(url: string, length: number, signal?: AbortSignal): RandomAccess {
  return {
    byteLength: length,
    async slice(start, end = length) {
      const part = await fetchOk(url, { signal, headers: { range: `bytes=${start}-${end - 1}` } });
      if (part.status === 206) return part.arrayBuffer();
      await part.body?.cancel();
      const what = 'the server gave the whole file where a part was asked for.';
      throw new TableError('network', what, { source: url });
    },
  };
}

function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    byteLength: bytes.length,
    slice: async (start, end) => bytes.slice(start, end).buffer as ArrayBuffer,
  };
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

/** Gzip or not: the bytes as they were before. Text stays text. */
export async function* unpacked(source: OpenSource): AsyncGenerator<Uint8Array | string> {
  const chunks = source.chunks()[Symbol.asyncIterator]();
  const head: (Uint8Array | string)[] = [];
  let known = 0;
  // The mark of gzip is two bytes, and a stream may bring one at a time.
  while (known < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    if (value.length === 0) continue;
    head.push(value);
    known += typeof value === 'string' ? 2 : value.length;
  }
  const rest = { [Symbol.asyncIterator]: () => chunks };
  async function* all() {
    yield* head;
    yield* rest;
  }
  if (!isGzip(head)) {
    yield* all();
    return;
  }
  const packed = platform.gunzip(all() as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await packed.next().catch((cause: unknown) => {
        // What failed may be the source, not its compression.
        if (cause instanceof TableError || (cause as Error | null)?.name === 'AbortError')
          throw cause;
        const what = `is not whole or is damaged: it begins as gzip, but cannot be unpacked (${show((cause as Error)?.message)}).`;
        throw new TableError('gzip', what, { source: source.name }, cause);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await packed.return?.();
  }
}

function isGzip(head: (Uint8Array | string)[]): boolean {
  const bytes: number[] = [];
  for (const chunk of head) {
    if (typeof chunk === 'string') return false;
    bytes.push(...chunk.subarray(0, 2));
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
