import { nonNegativeInteger, rangeError, shown } from '@kernel-methods/check';

// The rules of arguments that only this package needs.

/** @throws RangeError unless every value is a whole number, 0 or above. */
export function checkSizes(values: Readonly<Record<string, number>>): void {
  for (const name in values) nonNegativeInteger(name, values[name]);
}

/** @throws RangeError unless `value` is a power of 2. */
export function checkPowerOf2(name: string, value: number): void {
  if (!(value >= 1 && 2 ** Math.round(Math.log2(value)) === value)) {
    throw rangeError(name, 'be a power of 2', shown(value));
  }
}

/** @throws RangeError unless `value` is a key of `table`. */
export function checkKey(name: string, value: string, table: object): void {
  if (!Object.hasOwn(table, value)) {
    const keys = Object.keys(table).join(', ');
    throw rangeError(name, `be one of ${keys}`, shown(value, ''));
  }
}

/** @throws RangeError unless there are `expected` numbers. */
export function checkLength(name: string, { length }: ArrayLike<number>, expected: number): void {
  if (length !== expected) {
    throw rangeError(name, `have ${expected} numbers`, String(length));
  }
}

/** @throws RangeError unless there are rows × columns numbers. */
export function checkMatrix(
  name: string,
  { length }: ArrayLike<number>,
  rows: number,
  columns: number,
): void {
  if (length !== rows * columns) {
    throw rangeError(name, `have ${rows}×${columns} numbers`, String(length));
  }
}

// The rounding of a product of a matrix with its own transpose stays far below this.
const ASYMMETRY = 1e-8;

/** @throws RangeError if a[i,j] and a[j,i] differ by more than 1e-8 of the largest number. */
export function checkSymmetric(name: string, a: Float64Array, n: number): void {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  const allowed = ASYMMETRY * largest;
  // It goes by tiles, because going down the columns would miss the cache each time.
  for (let top = 0; top < n; top += 16) {
    for (let left = 0; left <= top; left += 16) {
      for (let i = top; i < Math.min(n, top + 16); i++) {
        for (let j = left; j < Math.min(i, left + 16); j++) {
          const difference = Math.abs(a[i * n + j] - a[j * n + i]);
          if (difference > allowed) {
            throw rangeError(
              name,
              'be symmetric',
              `a difference of ${difference} at row ${i}, column ${j}`,
            );
          }
        }
      }
    }
  }
}
