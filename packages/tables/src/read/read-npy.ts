import { show } from '../check.ts';
import { TableError } from '../table-error.ts';
import { float16ToFloat32 } from './float16.ts';
import { collect } from './opened.ts';
import { openSource, type Source } from './source.ts';
import { unpacked } from './unpacked.ts';

export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** An array of NumPy, its last axis fastest. */
export interface NpyArray {
  data: NpyData;
  shape: number[];
}

const types: Record<string, (bytes: ArrayBuffer) => NpyData> = {
  f2: (bytes) => float16ToFloat32(new Uint16Array(bytes)),
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  i8: (bytes) => new BigInt64Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
  b1: (bytes) => new Uint8Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  u8: (bytes) => new BigUint64Array(bytes),
};

/**
 * Reads an array that NumPy saved (`.npy`), gzipped or not: numbers and booleans of any byte order.
 * float16 is widened to float32.
 *
 * @throws TableError if it is no such file, or not whole.
 *
 * @example
 * const { data, shape } = await readNpy('rows.npy');
 */
export async function readNpy(
  source: Source,
  options: { signal?: AbortSignal } = {},
): Promise<NpyArray> {
  const opened = await openSource(source, options.signal);
  try {
    const bytes = await collect({ chunks: () => aborting(unpacked(opened), options.signal) });
    return parseNpy(bytes, opened.name);
  } finally {
    await opened.close();
  }
}

export const isNpy = (bytes: Uint8Array) =>
  [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte);

export function parseNpy(bytes: Uint8Array, source: string | undefined): NpyArray {
  const fail = (what: string): never => {
    throw new TableError('format', what, { source });
  };
  if (!isNpy(bytes) || bytes.length < 12) fail('is not an array of NumPy (.npy).');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6] >= 2;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(long ? 12 : 10, start));
  const type = /'descr':\s*'([<>|=])(\w\d+)'/.exec(header);
  const axes = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (!type || !axes) return fail(`has a header that is not understood: ${show(header.trim())}.`);
  const [, order, kind] = type;
  if (!Object.hasOwn(types, kind))
    fail(`holds values of type ${show(kind)}: only numbers and booleans are read.`);
  const shape = axes[1]
    .split(',')
    .filter((axis) => axis.trim())
    .map(Number);
  const width = Number(kind.slice(1));
  const count = shape.reduce((product, axis) => product * axis, 1);
  if (!Number.isSafeInteger(count) || bytes.length - start !== count * width) {
    fail(
      `has ${bytes.length - start} bytes of data where its shape (${shape.join(', ')}) takes ${count * width}.`,
    );
  }
  const raw = bytes.slice(start);
  if (order === '>' && width > 1) reverseEach(raw, width);
  const data = types[kind](raw.buffer);
  const columnsFirst = /'fortran_order':\s*True/.test(header);
  return { data: columnsFirst && shape.length > 1 ? rowsFirst(data, shape) : data, shape };
}

function reverseEach(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

/** An array whose first axis is fastest with its last axis fastest. */
function rowsFirst(data: NpyData, shape: readonly number[]): NpyData {
  const result = data.slice() as NpyData;
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0; to < data.length; to++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis] + index[axis];
    (result as { [at: number]: number | bigint })[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--)
      index[axis] = 0;
  }
  return result;
}

async function* aborting<T>(chunks: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
