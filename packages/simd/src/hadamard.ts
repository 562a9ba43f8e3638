import type { Simd } from './simd.ts';

/**
 * The Walsh–Hadamard transform of each row, float32, in place: x ← H·x, where H[i][j] is 1 or −1 by the
 * parity of the bits that i and j share. Not normalized: twice gives `length` times x.
 *
 * @param length a power of 2
 * @param ld elements from one row to the next. Default: `length`.
 */
export function hadamardAt(simd: Simd, x: number, rows: number, length: number, ld = length): void {
  if (!(length >= 1 && 2 ** Math.round(Math.log2(length)) === length)) {
    throw new RangeError(`\`length\` must be a power of 2. Received: ${length}.`);
  }
  const parts = Math.min(simd.partsFor(rows * length, 32768), Math.max(1, rows));
  simd.run('hadamard', [x, rows, length, ld], parts, { inPlace: true });
}
