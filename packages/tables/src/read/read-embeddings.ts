import { knownOptions, oneOf, positiveInteger } from '@kernel-methods/check';
import type { DenseRows } from '../sparse-rows.ts';
import { TableError } from '../table-error.ts';
import { batchesOf, watcher } from './batched.ts';
import { concatBytes } from './bytes.ts';
import { float16ToFloat32 } from './float16.ts';
import { collect, type OpenSource, peek } from './opened.ts';
import { isNpy, parseNpy } from './read-npy.ts';
import type { BatchOptions } from './reader-options.ts';
import { openSource, type Source, type SourceOptions } from './source.ts';
import { unpacked } from './unpacked.ts';

export interface EmbeddingsOptions extends SourceOptions {
  /** The number of columns. Required except for `.npy`, which states it. */
  columns?: number;
  /** The type of a number, little-endian. Default float32; `.npy` states it. */
  type?: 'float16' | 'float32';
}

/**
 * Reads rows of numbers, such as sentence embeddings: raw float16 or float32 without a header, or a
 * `.npy` of two axes; gzipped or not.
 *
 * @throws TableError if the bytes are not whole rows.
 */
export const readEmbeddings = Object.assign(
  async (source: Source, options: EmbeddingsOptions = {}): Promise<DenseRows> => {
    const batches: DenseRows[] = [];
    for await (const batch of rowBatches(source, options, Infinity)) batches.push(batch);
    return batches[0];
  },
  {
    /**
     * The same, some rows at a time, from the beginning whenever it is iterated (a `ReadableStream`
     * only once). A `.npy` is read whole.
     */
    batches: (source: Source, options: EmbeddingsOptions & BatchOptions = {}) =>
      batchesOf(source, () => rowBatches(source, options, options.batchRows ?? 10_000)),
  },
);

async function* rowBatches(
  source: Source,
  options: EmbeddingsOptions & BatchOptions,
  batchRows: number,
): AsyncGenerator<DenseRows> {
  knownOptions('The options', options, ['columns', 'type', 'batchRows', 'signal', 'onProgress']);
  const { columns, type = 'float32' } = options;
  if (columns !== undefined) positiveInteger('columns', columns);
  positiveInteger('batchRows', options.batchRows ?? 1);
  oneOf('type', type, ['float16', 'float32'], '"');
  const opened = await openSource(source, options.signal);
  try {
    const plain: OpenSource = { ...opened, chunks: () => unpacked(opened) };
    const head = await peek(plain, 6);
    const watch = watcher(opened, options);
    if (typeof head !== 'string' && isNpy(head)) {
      const rows = npyRows(await collect(plain), columns, opened.name);
      watch(rows.shape[0]);
      yield* slices(rows, batchRows);
    } else {
      positiveInteger('columns', columns);
      yield* rawRows(plain, columns!, type, batchRows, watch);
    }
  } finally {
    await opened.close();
  }
}

async function* rawRows(
  source: OpenSource,
  columns: number,
  type: 'float16' | 'float32',
  batchRows: number,
  watch: (rows: number) => void,
): AsyncGenerator<DenseRows> {
  const rowBytes = columns * (type === 'float16' ? 2 : 4);
  let chunks: Uint8Array[] = [];
  let length = 0;
  let total = 0;
  let given = 0;
  const take = (rows: number): DenseRows => {
    const bytes = concatBytes(chunks, length);
    const used = bytes.slice(0, rows * rowBytes);
    chunks = [bytes.subarray(rows * rowBytes)];
    length -= rows * rowBytes;
    total += rows;
    given++;
    return { data: floats(used, type), shape: [rows, columns] };
  };
  for await (const chunk of source.chunks()) {
    if (typeof chunk === 'string') {
      throw new TableError('format', 'is text where numbers as bytes are expected.', {
        source: source.name,
      });
    }
    chunks.push(chunk);
    length += chunk.length;
    while (length >= batchRows * rowBytes) yield take(batchRows);
    watch(total);
  }
  if (length % rowBytes) {
    const what = `has ${length % rowBytes} bytes after its last whole row: rows of ${columns} ${type} take ${rowBytes} bytes each.`;
    throw new TableError('ragged', what, {
      source: source.name,
      row: total + Math.floor(length / rowBytes),
    });
  }
  if (length > 0 || given === 0) yield take(length / rowBytes);
  watch(total);
}

function floats(bytes: Uint8Array, type: 'float16' | 'float32'): Float32Array {
  return type === 'float16'
    ? float16ToFloat32(new Uint16Array(bytes.buffer))
    : new Float32Array(bytes.buffer);
}

function npyRows(
  bytes: Uint8Array,
  columns: number | undefined,
  source: string | undefined,
): DenseRows {
  const { data, shape } = parseNpy(bytes, source);
  if (shape.length !== 2 || (columns !== undefined && columns !== shape[1])) {
    const what = `has the shape (${shape.join(', ')}). It must be of rows${columns === undefined ? '' : ` of ${columns} numbers`}.`;
    throw new TableError('format', what, { source });
  }
  const values =
    data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
  return { data: values, shape: [shape[0], shape[1]] };
}

function* slices({ data, shape }: DenseRows, batchRows: number): Generator<DenseRows> {
  const [rows, columns] = shape;
  if (rows === 0) yield { data, shape };
  for (let at = 0; at < rows; at += batchRows) {
    const end = Math.min(rows, at + batchRows);
    yield { data: data.subarray(at * columns, end * columns), shape: [end - at, columns] };
  }
}
