import { nonNegativeInteger } from '@kernel-methods/check';
import { checkKey } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';
import { NumberType } from './wasm/tables.ts';

/**
 * The bytes of one number.
 *
 * @example
 * bytesPerNumber('bool'); // one byte
 */
export const bytesPerNumber = (type: NumberType): number => (type === 'bool' ? 1 : 4);

/** Arguments of `convertAt`. */
export interface ConvertArguments {
  /** Pointer to n numbers of type `from`. */
  x: number;
  /** Pointer to n numbers of type `to`. Must not overlap `x`. */
  out: number;
  n: number;
  from: NumberType;
  /** The type of the result, which must differ from `from`. */
  to: NumberType;
}

/**
 * out[i] = x[i] as another type, by JavaScript's rules: to int32 modulo 2³², to bool 1 where it is not 0.
 *
 * @throws RangeError if a type is not known, the types are the same, or `n` is not a whole number, 0 or above.
 * @example
 * convertAt(simd, { x, out, n: 1000, from: 'int32', to: 'float32' });
 */
export function convertAt(simd: Simd, { x, out, n, from, to }: ConvertArguments): void {
  checkKey('from', from, NumberType);
  checkKey('to', to, NumberType);
  nonNegativeInteger('n', n);
  if (from === to) throw new RangeError(`\`to\` must differ from \`from\`. Received: ${to}.`);
  simd.run('convert', [x, out, n, NumberType[from], NumberType[to]], simd.partsFor(n, GRAIN));
}

/** Arguments of `selectAt`. */
export interface SelectArguments {
  /** Pointer to n bytes. */
  mask: number;
  /** Pointers to n numbers of four bytes each. */
  a: number;
  b: number;
  out: number;
  n: number;
}

/**
 * out[i] = a[i] where mask[i] is 1, otherwise b[i]; numbers of four bytes.
 *
 * @throws RangeError if `n` is not a whole number, 0 or above.
 * @example
 * selectAt(simd, { mask, a: x, b: y, out, n: 1000 });
 */
export function selectAt(simd: Simd, { mask, a, b, out, n }: SelectArguments): void {
  nonNegativeInteger('n', n);
  simd.run('select', [mask, a, b, out, n], simd.partsFor(n, GRAIN));
}

/** Arguments of `fillAt`. */
export interface FillArguments {
  /** Pointer to n numbers of type `type`. */
  out: number;
  n: number;
  value: number;
  /** Default: 'float32'. */
  type?: NumberType;
}

/**
 * out[i] = value; for int32 and bool, the value is converted as by a typed array.
 *
 * @throws RangeError if `type` is not known, or `n` is not a whole number, 0 or above.
 * @example
 * fillAt(simd, { out, n: 1000, value: 0 });
 */
export function fillAt(simd: Simd, { out, n, value, type = 'float32' }: FillArguments): void {
  checkKey('type', type, NumberType);
  nonNegativeInteger('n', n);
  const number = type === 'float32' ? value : value | 0;
  simd.run('fill', [out, n, number, NumberType[type]], simd.partsFor(n, GRAIN));
}
