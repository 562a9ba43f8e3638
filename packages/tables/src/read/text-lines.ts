import { TableError } from '../table-error.ts';
import { asUtf8, badText } from './decode.ts';
import type { OpenSource } from './opened.ts';
import { unpacked } from './unpacked.ts';

/** Whole lines of a text, without their ends. */
export interface LineBlock {
  lines: string[];
  /** The line of the file, from 1, of the first one. */
  firstLine: number;
}

const leastBytes = 1 << 18;
const newline = 10;

/**
 * The lines of a file of UTF-8, some at a time.
 *
 * @param longest the most bytes that a line may have.
 * @throws TableError 'too-long' or 'encoding', with the line.
 */
export async function* textLines(source: OpenSource, longest: number): AsyncGenerator<LineBlock> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let bytes: Uint8Array = new Uint8Array(0);
  let length = 0;
  let line = 1;
  for await (const piece of asUtf8(unpacked(source), 'utf-8', source.name)) {
    if (length + piece.length > bytes.length) {
      const larger = new Uint8Array(2 * (length + piece.length));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(piece, length);
    const end = piece.lastIndexOf(newline) + 1;
    const stop = end ? length + end : 0;
    length += piece.length;
    if (stop === 0 || length < leastBytes) {
      if (length > longest && bytes.indexOf(newline) < 0) throw tooLong();
      continue;
    }
    yield take(stop);
  }
  if (length) yield take(length);

  function take(stop: number): LineBlock {
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(0, stop));
    } catch (cause) {
      throw badText('utf-8', { source: source.name, line: line + goodLines(stop) }, cause);
    }
    bytes.copyWithin(0, stop, length);
    length -= stop;
    const lines = text.split('\n');
    if (lines.at(-1) === '' && lines.length > 1) lines.pop();
    const firstLine = line;
    line += lines.length;
    lines.forEach((one, i) => {
      if (one.length > longest) {
        line = firstLine + i;
        throw tooLong();
      }
      if (one.endsWith('\r')) lines[i] = one.slice(0, -1);
    });
    return { lines, firstLine };
  }

  /** How many lines are text before the first that is not. */
  function goodLines(stop: number): number {
    let good = 0;
    for (let start = 0; start < stop; good++) {
      const next = bytes.indexOf(newline, start);
      const end = next < 0 || next > stop ? stop : next;
      try {
        decoder.decode(bytes.subarray(start, end));
      } catch {
        return good;
      }
      start = end + 1;
    }
    return good;
  }

  function tooLong(): TableError {
    const what = `the line is longer than ${longest}. If it is right, raise \`maxRecordLength\`.`;
    return new TableError('too-long', what, { source: source.name, line });
  }
}
