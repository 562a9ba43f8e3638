import { fail } from '../check.ts';
import { platform } from './current-platform.ts';
import { openBytes, openText } from './open-memory.ts';
import { openPath } from './open-path.ts';
import { openBlob, openStream } from './open-stream.ts';
import { openUrl } from './open-url.ts';
import type { OpenSource } from './opened.ts';

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
