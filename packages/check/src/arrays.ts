import { rangeError, typeError } from './errors.ts';
import { kindOf, shown } from './shown.ts';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** A typed array of numbers: no `DataView`, and none of bigints. */
export function typedArray(name: string, value: unknown): TypedArray {
  if (
    !ArrayBuffer.isView(value) ||
    value instanceof DataView ||
    value instanceof BigInt64Array ||
    value instanceof BigUint64Array
  ) {
    throw typeError(name, 'be a typed array of numbers', kindOf(value));
  }
  return value as TypedArray;
}

/** An array with at least one entry, where each entry passes `check` under its own name. */
export function arrayOf<T>(
  name: string,
  value: unknown,
  check: (name: string, value: unknown) => T,
): T[] {
  if (!Array.isArray(value)) throw typeError(name, 'be an array', kindOf(value));
  if (value.length === 0) throw rangeError(name, 'hold at least one entry', 'an empty array');
  // `map` would skip holes.
  return Array.from(value, (entry, i) => check(`${name}[${i}]`, entry));
}

/** @throws RangeError unless the array has this length. */
export function lengthOf<A extends ArrayLike<unknown>>(name: string, array: A, length: number): A {
  if (array.length !== length) {
    throw rangeError(name, `have the length ${length}`, String(array.length));
  }
  return array;
}

/**
 * @param columns if given, the message tells row and column instead of the index
 * @throws RangeError at the first entry that is not a finite number.
 */
export function finiteValues<A extends ArrayLike<number>>(
  name: string,
  values: A,
  columns?: number,
): A {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      const place =
        columns === undefined
          ? `at index ${i}`
          : `in row ${Math.floor(i / columns)}, column ${i % columns}`;
      throw rangeError(name, 'hold finite numbers only', `${shown(values[i])} ${place}`);
    }
  }
  return values;
}
