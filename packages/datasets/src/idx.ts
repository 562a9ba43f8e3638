import * as check from '@kernel-methods/check';
import { DatasetError } from './dataset-error.ts';

/** The numbers of an IDX file. */
export type IdxArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

export interface Idx {
  data: IdxArray;
  shape: number[];
}

interface Header {
  type: number;
  shape: number[];
  /** Where the numbers begin, and where the file must end. */
  start: number;
  end: number;
}

const bytesPerNumber = new Map([
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
]);
const redo = 'Delete it and get it again.';

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, the number type, the number of axes, the
 * axes' lengths as big-endian uint32, then the numbers, big-endian, last axis fastest.
 *
 * Numbers of one byte are a view of `bytes`; wider numbers are a copy, as large as the file.
 *
 * @param name the file's name for error messages. Default 'The file'.
 * @throws DatasetError 'magic', 'truncated' or 'oversized'; TypeError if `bytes` is not a
 * Uint8Array.
 *
 * @example
 * const bytes = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9);
 * parseIdx(bytes, { name: 'labels' }); // { data: Uint8Array [7, 8, 9], shape: [3] }
 */
export function parseIdx(bytes: Uint8Array, { name } = { name: 'The file' }): Idx {
  if (!(bytes instanceof Uint8Array)) {
    throw check.typeError('bytes', 'be a Uint8Array', check.kindOf(bytes));
  }
  const header = parseIdxHeader(bytes, name);
  if (!header || bytes.length < header.end) {
    const wanted = header ? `its header declares ${header.end}` : 'its header alone has more';
    const what = `is truncated: it has ${bytes.length} bytes, ${wanted}. ${redo}`;
    throw new DatasetError('truncated', name, what);
  }
  const { type, shape, start, end } = header;
  if (bytes.length > end) {
    const what = `is oversized: it has ${bytes.length} bytes, its header declares ${end}. ${redo}`;
    throw new DatasetError('oversized', name, what);
  }
  return { data: numbers(bytes, type, start, end), shape };
}

/** The header; undefined if `bytes` ends before the header does. */
export function parseIdxHeader(bytes: Uint8Array, name: string): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) return undefined;
  const [type, axes] = [bytes[2], bytes[3]];
  const width = bytesPerNumber.get(type);
  if (bytes[0] !== 0 || bytes[1] !== 0 || width === undefined || axes === 0) {
    const magic = `0x${view.getUint32(0).toString(16).padStart(8, '0')}`;
    const what = `is not an IDX file: it begins with ${magic}, not with 0x00000801 (labels) or 0x00000803 (images). Put the right file there.`;
    throw new DatasetError('magic', name, what);
  }
  const start = 4 + 4 * axes;
  if (bytes.length < start) return undefined;
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  // Up to 255 axes overflow to Infinity, and Infinity × 0 is no number.
  const count = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  return { type, shape, start, end: start + count * width };
}

function numbers(bytes: Uint8Array, type: number, start: number, end: number): IdxArray {
  if (type === 0x08) return bytes.subarray(start, end);
  if (type === 0x09) return new Int8Array(bytes.buffer, bytes.byteOffset + start, end - start);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const length = view.byteLength / (bytesPerNumber.get(type) as number);
  if (type === 0x0b) return Int16Array.from({ length }, (_, i) => view.getInt16(2 * i));
  if (type === 0x0c) return Int32Array.from({ length }, (_, i) => view.getInt32(4 * i));
  if (type === 0x0d) return Float32Array.from({ length }, (_, i) => view.getFloat32(4 * i));
  return Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i));
}
