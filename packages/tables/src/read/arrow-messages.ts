import { checkBatch } from './arrow-layout.ts';
import { type ArrowField, messageShape } from './arrow-shapes.ts';
import { concatBytes } from './bytes.ts';
import { type FlatTable, readFlatbuffer } from './flatbuffer.ts';

/** Before each message since version 0.15. */
const CONTINUATION = 0xffffffff;
const MAGIC = 'ARROW1';
/** The magic at the beginning is filled up to 8 bytes; at the end, the footer's length is before it. */
const MAGIC_LENGTH = 8;
const END_LENGTH = 4 + MAGIC.length;

const SCHEMA = 1;
const DICTIONARY = 2;

/**
 * The messages of Arrow's stream or file format, whole and one after the other, as a stream. Each is
 * checked first: apache-arrow waits or loops for ever where lengths and places are damaged. Those of
 * a file are held until its end; its dictionaries come first.
 *
 * At most one message, or file, is held, and a piece.
 *
 * @throws RangeError where a message does not fit its bytes, or the schema.
 */
export async function* arrowMessages(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const input = new Input(pieces[Symbol.asyncIterator]());
  try {
    await input.have(MAGIC_LENGTH);
    const isFile = hasMagic(input.bytes, 0);
    if (isFile) {
      await input.have(Number.POSITIVE_INFINITY);
      input.cut(footerLength(input.bytes));
      input.take(MAGIC_LENGTH);
    }
    const later: Uint8Array[] = [];
    let fields: readonly ArrowField[] | undefined;
    for (;;) {
      const message = await nextMessage(input);
      if (message === undefined) break;
      const { version = 0, headerType, header = {} } = message.told as unknown as Told;
      if (headerType === SCHEMA) {
        fields = (header.fields ?? []) as readonly ArrowField[];
        for (const field of fields) checkTypes(field);
      } else if (fields === undefined) {
        throw new RangeError('it does not begin with a schema');
      } else {
        checkHeader(message, headerType, header, fields, version);
      }
      // A file may have its dictionaries after the batches that need them.
      if (isFile && headerType !== SCHEMA && headerType !== DICTIONARY) later.push(message.whole);
      else yield message.whole;
    }
    if (fields === undefined) throw new RangeError('it has no schema');
    yield* later;
    yield Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);
  } finally {
    await input.close();
  }
}

interface Told {
  readonly version?: number;
  readonly headerType: number;
  readonly header?: FlatTable;
  readonly bodyLength?: number;
}

interface Message {
  readonly told: FlatTable;
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
  readonly whole: Uint8Array;
}

async function nextMessage(input: Input): Promise<Message | undefined> {
  // What ends without a mark ends here.
  if (!(await input.have(4))) return input.length === 0 ? undefined : tooShort();
  let prefix = 4;
  let length = input.view().getUint32(0, true);
  if (length === CONTINUATION) {
    prefix = 8;
    if (!(await input.have(8))) return tooShort();
    length = input.view().getUint32(4, true);
  }
  if (length === 0) return undefined;
  if (!(await input.have(prefix + length))) return tooShort();
  const told = readFlatbuffer(input.bytes.subarray(prefix, prefix + length), messageShape);
  const { bodyLength = 0 } = told as { bodyLength?: number };
  if (!(bodyLength >= 0) || !(await input.have(prefix + length + bodyLength))) return tooShort();
  // A copy of its own, with the body at a place that typed arrays can begin at.
  const padding = -(8 + length) & 7;
  const whole = new Uint8Array(8 + length + padding + bodyLength);
  const taken = input.take(prefix + length + bodyLength);
  new DataView(whole.buffer).setUint32(0, CONTINUATION, true);
  new DataView(whole.buffer).setUint32(4, length + padding, true);
  whole.set(taken.subarray(prefix, prefix + length), 8);
  whole.set(taken.subarray(prefix + length), 8 + length + padding);
  const metadata = whole.subarray(8, 8 + length);
  return { told, metadata, body: whole.subarray(8 + length + padding), whole };
}

function checkHeader(
  { metadata, body }: Message,
  type: number,
  header: FlatTable,
  fields: readonly ArrowField[],
  version: number,
): void {
  if (type !== DICTIONARY) {
    checkBatch(metadata, header, fields, body, version);
    return;
  }
  const { id = 0, data } = header as { id?: number; data?: FlatTable };
  const field = withDictionary(fields, id);
  if (!field || !data) throw new RangeError(`no column has the dictionary ${id}`);
  const { dictionary: _, ...values } = field;
  checkBatch(metadata, data, [values], body, version);
}

function withDictionary(fields: readonly ArrowField[], id: number): ArrowField | undefined {
  for (const field of fields) {
    if (field.dictionary && (field.dictionary.id ?? 0) === id) return field;
    const within = withDictionary(field.children ?? [], id);
    if (within) return within;
  }
  return undefined;
}

/** The widths that there are: others would be taken for one of them. */
function checkTypes({ typeType, type, dictionary, children = [] }: ArrowField): void {
  if (!typeType || !type) throw new RangeError('a column has no type');
  const widths = [type.bitWidth, dictionary?.indexType?.bitWidth];
  for (const width of widths) {
    if (width !== undefined && ![8, 16, 32, 64, 128, 256].includes(width)) {
      throw new RangeError(`a type cannot have ${width} bits`);
    }
  }
  if (!(type.precision === undefined || typeType !== 3 || [0, 1, 2].includes(type.precision))) {
    throw new RangeError(`a number cannot have the precision ${type.precision}`);
  }
  if (type.byteWidth !== undefined && type.byteWidth < 0) throw new RangeError('a width is wrong');
  for (const child of children) checkTypes(child);
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return String.fromCharCode(...bytes.subarray(at, at + MAGIC.length)) === MAGIC;
}

/** The bytes at the end of a file that are no messages. */
function footerLength(bytes: Uint8Array): number {
  const end = bytes.length - END_LENGTH;
  if (end < MAGIC_LENGTH || !hasMagic(bytes, bytes.length - MAGIC.length)) return tooShort();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(end, true);
  return length > end - MAGIC_LENGTH ? tooShort() : length + END_LENGTH;
}

function tooShort(): never {
  throw new RangeError('it ends too early');
}

/** Bytes that arrive in pieces, taken from the front. */
class Input {
  bytes: Uint8Array = new Uint8Array(0);
  private readonly pieces: AsyncIterator<Uint8Array>;
  private done = false;

  constructor(pieces: AsyncIterator<Uint8Array>) {
    this.pieces = pieces;
  }

  get length(): number {
    return this.bytes.length;
  }

  view(): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** Waits for so many bytes; false where there are not so many. */
  async have(count: number): Promise<boolean> {
    if (this.length >= count) return true;
    const parts = [this.bytes];
    let { length } = this;
    while (length < count && !this.done) {
      const { value, done } = await this.pieces.next();
      if (done) {
        this.done = true;
        break;
      }
      parts.push(value);
      length += value.length;
    }
    this.bytes = concatBytes(parts, length);
    return length >= count;
  }

  take(count: number): Uint8Array {
    const taken = this.bytes.subarray(0, count);
    this.bytes = this.bytes.subarray(count);
    return taken;
  }

  /** Leaves out bytes at the end. */
  cut(count: number): void {
    this.bytes = this.bytes.subarray(0, this.length - count);
  }

  async close(): Promise<void> {
    await this.pieces.return?.();
  }
}
