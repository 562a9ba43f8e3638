import type { DataType, RecordBatch, Vector } from 'apache-arrow';
import { TableError } from '../table-error.ts';
import { arrowMessages } from './arrow-messages.ts';
import type { ColumnBlock, FileColumn } from './column-blocks.ts';
import { type ColumnarReader, columnarReader } from './columnar-reader.ts';
import { unpackLz4Frame } from './lz4-frame.ts';
import type { OpenSource } from './opened.ts';
import { unpacked } from './unpacked.ts';

/**
 * Reads Arrow's IPC formats, stream and file (Feather 2), by apache-arrow, which is loaded on the
 * first call; LZ4 and ZSTD are unpacked. Dictionaries are categories. A stream is read batch by
 * batch, a file is held whole.
 *
 * @throws TableError if it is no such file, or a column is of a type that no table holds.
 *
 * @example
 * const table = await readArrow('people.arrow');
 */
export const readArrow: ColumnarReader = columnarReader(async (opened) => {
  const { RecordBatchReader } = await loadArrow();
  const { name } = opened;
  let reader: Awaited<ReturnType<typeof RecordBatchReader.from>>;
  try {
    reader = await RecordBatchReader.from(arrowMessages(bytesOf(opened)));
    await reader.open();
  } catch (cause) {
    throw unreadable(cause, name);
  }
  if (!reader.schema) throw unreadable(new Error('it has no schema'), name);
  return {
    columns: reader.schema.fields.map((field) => fileColumn(field.name, field.type)),
    blocks: (columns) => blocksOf(reader, columns, name),
  };
});

let loaded: Promise<typeof import('apache-arrow')> | undefined;

function loadArrow(): Promise<typeof import('apache-arrow')> {
  loaded ??= (async () => {
    const [arrow, { decompressZstd }] = await Promise.all([
      import('apache-arrow'),
      import('hyparquet-compressors'),
    ]);
    const { compressionRegistry, CompressionType } = arrow;
    // A program may have set its own.
    if (!compressionRegistry.get(CompressionType.LZ4_FRAME)?.decode) {
      compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4Frame });
    }
    if (!compressionRegistry.get(CompressionType.ZSTD)?.decode) {
      // A copy: Arrow's arrays must begin at the start of their memory.
      const decode = (bytes: Uint8Array) => decompressZstd(bytes).slice();
      compressionRegistry.set(CompressionType.ZSTD, { decode });
    }
    return arrow;
  })();
  return loaded;
}

async function* bytesOf(opened: OpenSource): AsyncGenerator<Uint8Array> {
  for await (const chunk of unpacked(opened)) {
    if (typeof chunk === 'string') {
      throw new TableError('format', 'is text where Arrow is expected.', { source: opened.name });
    }
    yield chunk;
  }
}

async function* blocksOf(
  reader: { next(): unknown },
  columns: readonly FileColumn[],
  source: string | undefined,
): AsyncGenerator<ColumnBlock> {
  for (;;) {
    let block: ColumnBlock;
    try {
      const { done, value } = (await reader.next()) as IteratorResult<RecordBatch>;
      if (done) return;
      block = blockOf(value, columns);
    } catch (cause) {
      throw unreadable(cause, source);
    }
    if (block.rows) yield block;
  }
}

function blockOf(batch: RecordBatch, columns: readonly FileColumn[]): ColumnBlock {
  const rows = batch.numRows;
  const values = columns.map(({ name, type }) => {
    const vector = batch.getChild(name) as Vector;
    const convert =
      type === 'date' ? toDate : isDecimal(vector.type) ? decimal(vector.type) : undefined;
    return Array.from({ length: rows }, (_, row) => {
      const value = vector.get(row);
      return value === null || !convert ? value : convert(value);
    });
  });
  return { rows, columns: values };
}

const toDate = (value: number | bigint | Date) => new Date(Number(value));

// Arrow's numbers for its types: its enum would have to be loaded.
const typeIds = {
  none: 1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  largeUtf8: 20,
  dictionary: -1,
} as const;

const isDecimal = (type: DataType) => type.typeId === typeIds.decimal;

/** A decimal's words, lowest first, as a number. */
function decimal(type: DataType): (words: Uint32Array) => number {
  const { scale } = type as unknown as { scale: number };
  return (words) => {
    let value = 0n;
    for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]);
    // Through text: dividing would round twice.
    return Number(`${BigInt.asIntN(32 * words.length, value)}e${-scale}`);
  };
}

function fileColumn(name: string, type: DataType): FileColumn {
  return { name, fileType: String(type), type: columnType(type) };
}

function columnType(type: DataType): FileColumn['type'] {
  switch (type.typeId as number) {
    case typeIds.int:
    case typeIds.float:
    case typeIds.decimal:
      return 'number';
    case typeIds.bool:
      return 'boolean';
    case typeIds.date:
    case typeIds.timestamp:
      return 'date';
    case typeIds.utf8:
    case typeIds.largeUtf8:
      return 'string';
    case typeIds.none:
      return 'category';
    case typeIds.dictionary: {
      const values = columnType((type as unknown as { dictionary: DataType }).dictionary);
      return values === 'string' ? 'category' : values;
    }
    default:
      return undefined;
  }
}

function unreadable(cause: unknown, source: string | undefined): unknown {
  if (cause instanceof TableError || (cause as Error | null)?.name === 'AbortError') return cause;
  const what = `cannot be read as Arrow: ${(cause as Error).message}.`;
  return new TableError('format', what, { source }, cause);
}
