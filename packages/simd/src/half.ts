import { nonNegativeInteger } from '@kernel-methods/check';
import { checkKey } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';
import { FeatureType } from './wasm/tables.ts';

/** A type of 16 bits: bfloat16 has the range of float32 and 8 bits of precision, float16 reaches 65504 and has 11. */
export type HalfType = Exclude<FeatureType, 'float32'>;

/**
 * The bytes of a number of this type.
 *
 * @throws RangeError if it is none of the types.
 * @example
 * bytesPerFeature('bfloat16'); // 2
 */
export function bytesPerFeature(type: FeatureType): 2 | 4 {
  checkKey('type', type, FeatureType);
  return type === 'float32' ? 4 : 2;
}

/** Arguments of `toHalfAt` and `fromHalfAt`. */
export interface HalfArguments {
  /** Pointer to n numbers: float32, or for `fromHalfAt` of `type`. */
  x: number;
  /** Pointer to n numbers: of `type`, or for `fromHalfAt` float32. Must not overlap `x`. */
  out: number;
  n: number;
  type: HalfType;
}

/**
 * out[i] = x[i] in 16 bits, rounded to the nearest, and to even in the middle of two. What rounds beyond the largest
 * number is infinite, and NaN stays NaN.
 *
 * @throws RangeError if `type` has no 16 bits, or `n` is not a whole number, 0 or above.
 * @example
 * const half = simd.alloc(2 * 1000);
 * toHalfAt(simd, { x, out: half, n: 1000, type: 'bfloat16' });
 */
export const toHalfAt = (simd: Simd, options: HalfArguments): void =>
  convertHalf('toHalf', simd, options);

/**
 * out[i] = x[i] as float32, which is exact.
 *
 * @throws RangeError if `type` has no 16 bits, or `n` is not a whole number, 0 or above.
 * @example
 * fromHalfAt(simd, { x: half, out: x, n: 1000, type: 'bfloat16' });
 */
export const fromHalfAt = (simd: Simd, options: HalfArguments): void =>
  convertHalf('fromHalf', simd, options);

function convertHalf(
  kernel: 'toHalf' | 'fromHalf',
  simd: Simd,
  { x, out, n, type }: HalfArguments,
): void {
  const { float32: _, ...halves } = FeatureType;
  checkKey('type', type, halves);
  nonNegativeInteger('n', n);
  simd.run(kernel, [x, out, n, FeatureType[type]], simd.partsFor(n, GRAIN));
}
