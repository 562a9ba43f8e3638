import type { ArrowField } from './arrow-shapes.ts';
import type { FlatItems, FlatTable } from './flatbuffer.ts';

/** Null columns have no bytes that vouch for their rows. */
const MOST_EMPTY_ROWS = 1 << 24;

/** Arrow's number of each type. */
const kinds = {
  none: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedBinary: 15,
  fixedList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  binaryView: 23,
  utf8View: 24,
} as const;

/** The least version of the format whose unions have no marks of missing values. */
const VERSION_5 = 4;

/**
 * Checks that the buffers of a batch lie in its body, and are as long as its columns' rows need.
 *
 * @param message the bytes that hold `batch`.
 * @throws RangeError where they do not.
 */
export function checkBatch(
  message: Uint8Array,
  batch: FlatTable,
  fields: readonly ArrowField[],
  body: Uint8Array,
  version: number,
): void {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const bodyView = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const none: FlatItems = { start: 0, count: 0 };
  const {
    length = 0,
    nodes = none,
    buffers = none,
    variadicCounts = none,
  } = batch as {
    length?: number;
    nodes?: FlatItems;
    buffers?: FlatItems;
    variadicCounts?: FlatItems;
  };
  const isPacked = batch.compression !== undefined;
  const most = Math.max(MOST_EMPTY_ROWS, isPacked ? 2 ** 31 : 8 * body.length);
  const next = { node: 0, buffer: 0, variadic: 0 };
  const pair = ({ start, count }: FlatItems, index: number) => {
    if (index >= count) throw new RangeError('a batch has fewer parts than its columns need');
    const at = start + 16 * index;
    return [Number(view.getBigInt64(at, true)), Number(view.getBigInt64(at + 8, true))] as const;
  };

  /** The next buffer, which must hold so many bytes, or may hold none. */
  function buffer(least: number, mayBeNone = false): readonly [start: number, length: number] {
    const [start, size] = pair(buffers, next.buffer++);
    if (!(start >= 0 && size >= 0 && start + size <= body.length)) {
      throw new RangeError('a buffer lies outside of its batch');
    }
    if (size === 0 && (mayBeNone || least === 0)) return [start, 0];
    let held = size;
    if (isPacked) {
      if (size < 8) throw new RangeError('a buffer is too short');
      const unpacked = Number(bodyView.getBigInt64(start, true));
      held = unpacked === -1 ? size - 8 : unpacked;
    }
    if (held < least) throw new RangeError('a buffer is shorter than its rows need');
    return [start, size];
  }

  function column(field: ArrowField, expected?: number): void {
    const [rows, missing] = pair(nodes, next.node++);
    if (!(rows >= 0 && rows <= most && missing >= 0 && missing <= rows)) {
      throw new RangeError(`a column cannot have ${rows} rows, ${missing} of them missing`);
    }
    if (expected !== undefined && rows !== expected) {
      throw new RangeError(`a column has ${rows} rows in a batch of ${expected}`);
    }
    const { typeType: kind, type, dictionary, children = [] } = field;
    const bits = (size: number) => Math.ceil((rows * size) / 8);
    // What has a dictionary is in the batch by its places there.
    if (dictionary) {
      buffer(missing ? bits(1) : 0, !missing);
      buffer(bits(dictionary.indexType?.bitWidth ?? 32));
      return;
    }
    if (kind === kinds.none) return;
    if (kind !== kinds.union || version < VERSION_5) buffer(missing ? bits(1) : 0, !missing);
    switch (kind) {
      case kinds.bool:
        buffer(bits(1));
        return;
      case kinds.utf8:
      case kinds.binary:
      case kinds.largeUtf8:
      case kinds.largeBinary: {
        const width = kind === kinds.utf8 || kind === kinds.binary ? 4 : 8;
        const [start, size] = buffer(rows ? width * (rows + 1) : 0);
        const [, bytes] = buffer(0);
        if (!isPacked && size) checkOffsets(start, width, rows, bytes);
        return;
      }
      case kinds.list:
      case kinds.map:
      case kinds.largeList:
        buffer(rows ? (kind === kinds.largeList ? 8 : 4) * (rows + 1) : 0);
        break;
      case kinds.struct:
      case kinds.fixedList:
        break;
      case kinds.union:
        buffer(rows);
        if (type.mode === 1) buffer(4 * rows);
        break;
      case kinds.binaryView:
      case kinds.utf8View: {
        buffer(16 * rows);
        if (next.variadic >= variadicCounts.count) throw new RangeError('a count is missing');
        const at = variadicCounts.start + 8 * next.variadic++;
        const more = Number(view.getBigInt64(at, true));
        if (!(more >= 0 && more <= buffers.count)) throw new RangeError('a count is wrong');
        for (let i = 0; i < more; i++) buffer(0);
        return;
      }
      default:
        buffer(bits(bitsOf(field)));
    }
    for (const child of children) column(child);
  }

  /** Texts one after the other: their ends ascend, and the last is within the bytes. */
  function checkOffsets(start: number, width: number, rows: number, bytes: number): void {
    let before = 0;
    for (let row = 0; row <= rows; row++) {
      const at = start + width * row;
      const end =
        width === 4 ? bodyView.getInt32(at, true) : Number(bodyView.getBigInt64(at, true));
      if (end < before || end > bytes)
        throw new RangeError(`the text of row ${row} lies elsewhere`);
      before = end;
    }
  }

  if (!(length >= 0 && length <= most)) throw new RangeError(`a batch cannot have ${length} rows`);
  for (const field of fields) column(field, length);
}

/** Of each value of a type with one width. */
function bitsOf({ typeType: kind, type }: ArrowField): number {
  const { bitWidth, precision = 0, unit, byteWidth = 0 } = type;
  switch (kind) {
    case kinds.int:
      return bitWidth ?? 0;
    case kinds.float:
      return 16 << precision;
    case kinds.decimal:
      return bitWidth ?? 128;
    case kinds.date:
      // Days are 0, milliseconds the default.
      return unit === 0 ? 32 : 64;
    case kinds.time:
      return bitWidth ?? 32;
    case kinds.timestamp:
    case kinds.duration:
      return 64;
    case kinds.interval:
      return [32, 64, 128][unit ?? 0] ?? 128;
    case kinds.fixedBinary:
      return 8 * byteWidth;
    default:
      throw new RangeError(`a column is of type ${kind}, which is not read`);
  }
}
