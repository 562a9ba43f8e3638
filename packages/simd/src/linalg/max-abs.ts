import type { Simd } from '../simd.ts';

/**
 * The largest |number| of a float64 matrix in memory.
 *
 * @throws RangeError if a number is not finite.
 */
export function maxAbsAt(
  simd: Simd,
  name: string,
  a: number,
  rows: number,
  columns: number,
  ld = columns,
): number {
  const parts = Math.max(1, Math.min(simd.partsFor(rows * columns, 65536), rows));
  const partial = simd.scratch(8 * parts);
  simd.run('maxAbs64', [a, rows, columns, ld, partial], parts);
  let largest = 0;
  for (const value of simd.f64(partial, parts)) largest = Math.max(largest, value);
  if (!(largest < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`${name}\` must hold finite numbers only. Received: ${largest}.`);
  }
  return largest;
}
