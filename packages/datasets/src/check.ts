import type { Matrix, NumberArray } from './types.ts';

/** Throws unless `value` is a whole number ≥ `least`. */
export function checkCount(name: string, value: unknown, least = 1): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    fail(name, `a whole number, ${least} or above`, value);
  }
}

/** Throws unless `value` is a finite number ≥ 0. */
export function checkAmount(name: string, value: unknown): void {
  if (!Number.isFinite(value) || (value as number) < 0) {
    fail(name, 'a finite number, 0 or above', value);
  }
}

/** Throws a RangeError that names the argument, the rule and the value. */
export function fail(name: string, rule: string, value: unknown): never {
  throw new RangeError(`\`${name}\` must be ${rule}. Received: ${show(value)}.`);
}

const show = (value: unknown) =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);

/** Rows and columns of `x`; the axes after the first count as one. Throws if `x` is no matrix. */
export function checkMatrix(name: string, x: Matrix<NumberArray>): [rows: number, columns: number] {
  const shape = x?.shape;
  if (!Array.isArray(shape) || shape.length === 0) {
    fail(`${name}.shape`, 'a list of one or more lengths', shape);
  }
  for (const length of shape) checkCount(`${name}.shape`, length);
  const size = shape.reduce((product, length) => product * length, 1);
  if (!ArrayBuffer.isView(x.data) || x.data.length !== size) {
    const length = ArrayBuffer.isView(x.data) ? x.data.length : x.data;
    fail(`${name}.data`, `a typed array of ${shape.join(' × ')} numbers`, length);
  }
  return [shape[0], size / shape[0]];
}
