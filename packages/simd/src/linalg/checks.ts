import type { Simd } from '../simd.ts';

/** @throws RangeError unless `value` is a whole number, 0 or above. */
export function checkSize(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0) {
    throw new RangeError(`\`${name}\` must be a whole number, 0 or above. Received: ${value}.`);
  }
}

/** @throws RangeError unless there are rows × columns numbers. */
export function checkMatrix(
  name: string,
  values: Float64Array,
  rows: number,
  columns: number,
): void {
  if (values.length !== rows * columns) {
    throw new RangeError(
      `\`${name}\` must have ${rows}×${columns} numbers. Received: ${values.length}.`,
    );
  }
}

/** @throws RangeError unless `value`, where it is given, is finite and not negative. */
export function checkNonNegative(name: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`${name}\` must be a finite number, 0 or above. Received: ${value}.`);
  }
}

// Rounding in a product of a matrix with its own transpose stays far below this.
const ASYMMETRY = 1e-8;

/** @throws RangeError where a[i,j] and a[j,i] differ by more than 1e-8 of the largest number. */
export function checkSymmetric(name: string, a: Float64Array, n: number): void {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  const allowed = ASYMMETRY * largest;
  // By tiles: column after column would miss the cache each time.
  for (let top = 0; top < n; top += 16) {
    for (let left = 0; left <= top; left += 16) {
      for (let i = top; i < Math.min(n, top + 16); i++) {
        for (let j = left; j < Math.min(i, left + 16); j++) {
          const difference = Math.abs(a[i * n + j] - a[j * n + i]);
          if (difference > allowed) {
            throw new RangeError(
              `\`${name}\` must be symmetric. Received: a difference of ${difference} at row ${i}, column ${j}.`,
            );
          }
        }
      }
    }
  }
}

/**
 * The largest |number| of a matrix in memory.
 *
 * @throws RangeError where one is not finite.
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
