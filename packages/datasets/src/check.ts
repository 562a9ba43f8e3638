import * as check from '@kernel-methods/check';
import type { DataMatrix, NumberArray } from './types.ts';

/** Throws a RangeError that names the argument, the rule and the value. */
export function fail(name: string, rule: string, value: unknown): never {
  const received = Array.isArray(value) ? value.map(String).join() : check.shown(value, '"');
  throw check.rangeError(name, `be ${rule}`, received);
}

/**
 * Rows and columns of `x`; the axes after the first count as one. Throws if `x` is not a matrix.
 */
export function checkMatrix(
  name: string,
  x: DataMatrix<NumberArray>,
): [rows: number, columns: number] {
  const shape = x?.shape;
  if (!Array.isArray(shape) || shape.length === 0) {
    fail(`${name}.shape`, 'a list of one or more lengths', shape);
  }
  for (const length of shape) check.positiveInteger(`${name}.shape`, length);
  const size = shape.reduce((product, length) => product * length, 1);
  if (!ArrayBuffer.isView(x.data) || x.data.length !== size) {
    const length = ArrayBuffer.isView(x.data) ? x.data.length : x.data;
    fail(`${name}.data`, `a typed array of ${shape.join(' × ')} numbers`, length);
  }
  return [shape[0], size / shape[0]];
}
