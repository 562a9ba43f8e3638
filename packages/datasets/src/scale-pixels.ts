import { checkMatrix, fail } from './check.ts';
import type { DataMatrix } from './types.ts';

/**
 * Images of bytes as rows of numbers in [0, 1]: each pixel divided by 255, all axes after the
 * first flattened, so that [n, 28, 28] becomes [n, 784].
 *
 * @throws RangeError if x is no array of bytes with its shape.
 *
 * @example
 * scalePixels(syntheticDigits({ rows: 10 }).x); // from 0 to 1
 */
export function scalePixels(x: DataMatrix<Uint8Array | Uint8ClampedArray>): DataMatrix {
  const [rows, columns] = checkMatrix('x', x);
  if (x.data.BYTES_PER_ELEMENT !== 1) fail('x.data', 'bytes', x.data.constructor.name);
  // Not `Float32Array.from` with a function: that takes fifty times as long.
  const data = new Float32Array(x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = x.data[i] / 255;
  return { data, shape: [rows, columns] };
}
