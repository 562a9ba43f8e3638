import { TableError } from '../table-error.ts';
import type { RecordBlock } from './record-block.ts';

/** How the records of a text are written. */
export interface Dialect {
  /** UTF-8 of what stands between fields. */
  delimiter: Uint8Array;
  /** The byte that encloses fields. */
  quote: number;
  /** Whether spaces around a field that is not quoted are left out. */
  trim: boolean;
}

const newline = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;

/** Scanning a few records at a time costs more than it saves memory. */
const leastBytes = 1 << 18;

/**
 * The records (RFC 4180) of a text that arrives in pieces of UTF-8: a field may be quoted; inside,
 * the quote is written twice, and line breaks are part of the field. A quote further inside a field
 * that is not quoted is a character like others. Lines end with LF, CR LF or CR.
 *
 * The next block overwrites what the last one was made of.
 *
 * @param head the beginning, which is in one block as far as its records are complete.
 * @param rest nothing where the head is all.
 * @param longest the most bytes that a record may have: what a lost quote can cost. At most twice
 *   as many are held, and a piece.
 * @param least how many bytes are scanned at a time, if there are as many.
 * @throws TableError 'quotes' or 'too-long', with the line on which the record begins.
 */
export async function* csvRecords(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array> | undefined,
  dialect: Dialect,
  longest: number,
  source: string | undefined,
  least = leastBytes,
): AsyncGenerator<RecordBlock> {
  const scanner = new Scanner(dialect, longest, source, least);
  scanner.push(head);
  if (rest) {
    const block = scanner.next(false);
    if (block) yield block;
    for await (const piece of rest) {
      scanner.push(piece);
      if (!scanner.hasEnough()) continue;
      const block = scanner.next(false);
      if (block) yield block;
    }
  }
  const block = scanner.next(true);
  if (block) yield block;
}

/**
 * The records of the available bytes, without the last one, which may be incomplete, unless
 * `whole`.
 */
export function scanRecords(bytes: Uint8Array, dialect: Dialect, whole: boolean): RecordBlock {
  const scanner = new Scanner(dialect, Infinity, undefined, leastBytes);
  return scanner.scan(bytes.slice(), bytes.length, whole);
}

class Scanner {
  private readonly dialect: Dialect;
  private readonly longest: number;
  private readonly source: string | undefined;
  /** What is not scanned yet is at the beginning. */
  private bytes = new Uint8Array(0);
  private length = 0;
  private readonly least: number;
  /** How many bytes there must be for the next scan. */
  private wanted: number;
  private line = 1;
  private consumed = 0;
  private starts = new Uint32Array(1024);
  private ends = new Uint32Array(1024);
  private first = new Uint32Array(256);
  private lines = new Float64Array(256);

  constructor(dialect: Dialect, longest: number, source: string | undefined, least: number) {
    this.least = least;
    this.wanted = least;
    this.dialect = dialect;
    this.longest = longest;
    this.source = source;
  }

  push(piece: Uint8Array): void {
    const length = this.length + piece.length;
    const left = this.bytes.subarray(this.consumed, this.consumed + this.length);
    if (length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.length, leastBytes));
      larger.set(left);
      this.bytes = larger;
    } else {
      this.bytes.set(left);
    }
    this.bytes.set(piece, this.length);
    this.length = length;
    this.consumed = 0;
  }

  /** A record that is still open is not looked at again before there is twice as much of it. */
  hasEnough(): boolean {
    return this.length >= this.wanted;
  }

  next(whole: boolean): RecordBlock | undefined {
    if (this.consumed) this.push(new Uint8Array(0));
    const block = this.scan(this.bytes, this.length, whole);
    this.length -= this.consumed;
    if (this.length > this.longest) throw this.tooLong(this.line);
    this.wanted = Math.max(this.least, 2 * this.length);
    return block.count ? block : undefined;
  }

  /** The complete records of the first `length` bytes, which it may change: doubled quotes. */
  scan(bytes: Uint8Array, length: number, whole: boolean): RecordBlock {
    const { longest } = this;
    const { quote, trim, delimiter } = this.dialect;
    const mark = delimiter[0];
    const markLength = delimiter.length;
    const doubled: number[] = [];
    let starts: Uint32Array = this.starts;
    let ends: Uint32Array = this.ends;
    let count = 0;
    let fields = 0;
    let line = this.line;
    let i = 0;
    let consumed = 0;
    let consumedDoubled = 0;

    records: while (i < length) {
      const recordStart = i;
      const recordLine = line;
      const firstField = fields;
      for (;;) {
        if (fields === starts.length) [starts, ends] = this.moreFields();
        // A field begins at i.
        let at = i;
        if (trim) {
          while (
            at < length &&
            (bytes[at] === space || bytes[at] === tab) &&
            !isMark(bytes, at, length, delimiter)
          )
            at++;
        }
        if (bytes[at] === quote && at < length) {
          const start = ++at;
          let twice = false;
          for (;;) {
            for (; at < length; at++) {
              const c = bytes[at];
              if (c === quote) break;
              if (c === newline || (c === carriageReturn && bytes[at + 1] !== newline)) line++;
            }
            if (at >= length) {
              if (!whole) break records;
              throw this.badQuotes(recordLine, 'a quoted field is not closed');
            }
            if (at + 1 < length && bytes[at + 1] === quote) {
              twice = true;
              at += 2;
              continue;
            }
            break;
          }
          starts[fields] = start;
          ends[fields] = at;
          if (twice) doubled.push(fields);
          fields++;
          at++;
          while (
            at < length &&
            (bytes[at] === space || bytes[at] === tab) &&
            !isMark(bytes, at, length, delimiter)
          )
            at++;
          i = at;
          if (i < length && !isEnd(bytes[i]) && !isMark(bytes, i, length, delimiter)) {
            // The rest of a delimiter may be yet to come.
            if (!whole && i + markLength > length) break records;
            throw this.badQuotes(recordLine, 'a quoted field is followed by more than a separator');
          }
        } else {
          const start = at;
          if (markLength === 1) {
            for (; at < length; at++) {
              const c = bytes[at];
              if (c === mark || c === newline || c === carriageReturn) break;
            }
          } else {
            while (at < length && !isEnd(bytes[at]) && !isMark(bytes, at, length, delimiter)) at++;
          }
          i = at;
          if (trim) {
            while (at > start && (bytes[at - 1] === space || bytes[at - 1] === tab)) at--;
          }
          starts[fields] = start;
          ends[fields++] = at;
        }
        if (i >= length) {
          // There may be more of the field; a quote may be the first of two.
          if (!whole) break records;
          break;
        }
        if (isEnd(bytes[i])) {
          if (bytes[i] === carriageReturn) {
            // LF may be yet to come.
            if (i + 1 >= length && !whole) break records;
            if (bytes[i + 1] === newline && i + 1 < length) i++;
          }
          i++;
          line++;
          break;
        }
        i += markLength;
        // A separator at the very end is followed by a field with nothing in it.
        if (i >= length && !whole) break records;
      }
      if (i - recordStart > longest) throw this.tooLong(recordLine);
      const blank =
        fields === firstField + 1 &&
        starts[firstField] === ends[firstField] &&
        !(starts[firstField] > recordStart && bytes[starts[firstField] - 1] === quote);
      if (blank) {
        fields = firstField;
      } else {
        if (count + 1 >= this.first.length) this.moreRecords();
        this.first[count] = firstField;
        this.lines[count++] = recordLine;
        this.first[count] = fields;
      }
      consumed = i;
      consumedDoubled = doubled.length;
      this.line = line;
    }

    for (const field of doubled.slice(0, consumedDoubled)) {
      ends[field] = undouble(bytes, starts[field], ends[field], quote);
    }
    this.consumed = consumed;
    const { first, lines } = this;
    return { bytes, starts, ends, first, lines, count };
  }

  private moreFields(): [Uint32Array, Uint32Array] {
    const { length } = this.starts;
    const [starts, ends] = [new Uint32Array(2 * length), new Uint32Array(2 * length)];
    starts.set(this.starts);
    ends.set(this.ends);
    [this.starts, this.ends] = [starts, ends];
    return [starts, ends];
  }

  private moreRecords(): void {
    const first = new Uint32Array(2 * this.first.length);
    first.set(this.first);
    this.first = first;
    const lines = new Float64Array(2 * this.lines.length);
    lines.set(this.lines);
    this.lines = lines;
  }

  private badQuotes(line: number, fault: string): TableError {
    const quote = String.fromCharCode(this.dialect.quote);
    const what = `${fault}. A ${quote} inside a quoted field is written twice.`;
    return new TableError('quotes', what, { source: this.source, line });
  }

  private tooLong(line: number): TableError {
    const what = `a record is longer than ${this.longest} bytes. Is a quote not closed? If not, raise \`maxRecordLength\`.`;
    return new TableError('too-long', what, { source: this.source, line });
  }
}

/** Whether a delimiter begins at a place. */
function isMark(bytes: Uint8Array, at: number, length: number, delimiter: Uint8Array): boolean {
  if (at + delimiter.length > length) return false;
  for (let k = 0; k < delimiter.length; k++) if (bytes[at + k] !== delimiter[k]) return false;
  return true;
}

const isEnd = (c: number) => c === newline || c === carriageReturn;

/** Writes each doubled quote once; gives the new end. */
function undouble(bytes: Uint8Array, start: number, end: number, quote: number): number {
  let to = start;
  for (let i = start; i < end; i++) {
    bytes[to++] = bytes[i];
    if (bytes[i] === quote) i++;
  }
  return to;
}
