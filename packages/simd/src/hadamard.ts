import { nonNegativeInteger } from '@kernel-methods/check';
import { checkPowerOf2 } from './checks.ts';
import type { Simd } from './simd.ts';

/**
 * The Walsh–Hadamard transform of each row, float32, in place: x ← H·x, where H[i][j] is 1 or −1 by the
 * parity of the bits that i and j share. It is not normalized: twice gives `length` times x.
 *
 * @param length a power of 2
 * @param ld elements from one row to the next. Default: `length`.
 * @throws RangeError if `length` is not a power of 2.
 * @example
 * hadamardAt(simd, x, 10, 1024);
 */
export function hadamardAt(simd: Simd, x: number, rows: number, length: number, ld = length): void {
  nonNegativeInteger('rows', rows);
  checkPowerOf2('length', length);
  const parts = Math.min(simd.partsFor(rows * length, 32768), Math.max(1, rows));
  simd.run('hadamard', [x, rows, length, ld], parts, { inPlace: true });
}
