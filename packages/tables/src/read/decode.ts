import { fail } from '../check.ts';
import { TableError } from '../table-error.ts';

/** @throws RangeError if no decoder has that label. */
export function checkEncoding(label: string): void {
  try {
    new TextDecoder(label);
  } catch {
    fail('encoding', 'a label that TextDecoder knows, such as utf-8 or windows-1252', label);
  }
}

/**
 * Bytes of any encoding, or text, as UTF-8 without the byte order mark. A mark of UTF-8 or UTF-16
 * says more than the label. UTF-8 is passed on as it is, valid or not.
 *
 * @throws TableError 'encoding' at bytes that are no text of another encoding.
 */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array | string>,
  label: string,
  source: string | undefined,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let head: Uint8Array = new Uint8Array(0);
  let decoder: TextDecoder | undefined;
  let begun = false;
  /** The first half of a character that two pieces of text share. */
  let half = '';
  const decoded = (bytes: Uint8Array, stream: boolean): Uint8Array => {
    if (!decoder) return bytes;
    try {
      return encoder.encode(decoder.decode(bytes, { stream }));
    } catch (cause) {
      throw badText(decoder.encoding, { source }, cause);
    }
  };
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') {
      let text = half + chunk;
      half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
      if (half) text = text.slice(0, -1);
      if (!begun && text) {
        begun = true;
        if (text.startsWith('\ufeff')) text = text.slice(1);
      }
      if (text) yield encoder.encode(text);
      continue;
    }
    if (begun) {
      yield decoded(chunk, true);
      continue;
    }
    // A mark is three bytes at most.
    head = head.length ? join(head, chunk) : chunk;
    if (head.length < 3) continue;
    begun = true;
    const [encoding, mark] = encodingOf(head, label);
    if (encoding !== 'utf-8') decoder = new TextDecoder(encoding, { fatal: true });
    yield decoded(head.subarray(mark), true);
  }
  if (half) yield encoder.encode(half);
  if (!begun && head.length) {
    const [encoding, mark] = encodingOf(head, label);
    if (encoding !== 'utf-8') decoder = new TextDecoder(encoding, { fatal: true });
    yield decoded(head.subarray(mark), true);
  }
  if (decoder) yield decoded(new Uint8Array(0), false);
}

/** The error for bytes that are not text of an encoding. */
export function badText(
  encoding: string,
  place: { source?: string; line?: number; row?: number; column?: string },
  cause?: unknown,
): TableError {
  const remedy =
    encoding === 'utf-8' ? " Pass its `encoding`, such as 'windows-1252' or 'utf-16le'." : '';
  const where = place.column === undefined ? '' : ` in column ${JSON.stringify(place.column)}`;
  return new TableError(
    'encoding',
    `the bytes${where} are not ${encoding} text.${remedy}`,
    place,
    cause,
  );
}

/** The encoding, and how many bytes its mark takes. */
function encodingOf([a, b, c]: Uint8Array, label: string): [encoding: string, mark: number] {
  if (a === 0xff && b === 0xfe) return ['utf-16le', 2];
  if (a === 0xfe && b === 0xff) return ['utf-16be', 2];
  if (a === 0xef && b === 0xbb && c === 0xbf) return ['utf-8', 3];
  return [new TextDecoder(label).encoding, 0];
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
