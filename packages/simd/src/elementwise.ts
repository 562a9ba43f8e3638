import { nonNegativeInteger } from '@kernel-methods/check';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';

/**
 * out[i] = a[i] + b[i], float32. `out` may be an operand.
 *
 * @example
 * addAt(simd, x, y, out, 1000);
 */
export function addAt(simd: Simd, a: number, b: number, out: number, n: number): void {
  nonNegativeInteger('n', n);
  const inPlace = out === a || out === b;
  simd.run('add', [a, b, out, n], simd.partsFor(n, GRAIN), { inPlace });
}

/**
 * out[i] = alpha·x[i] + y[i], float64. `out` may be an operand.
 *
 * @example
 * axpy64At(simd, 0.5, x, y, out, 1000);
 */
export function axpy64At(
  simd: Simd,
  alpha: number,
  x: number,
  y: number,
  out: number,
  n: number,
): void {
  nonNegativeInteger('n', n);
  const inPlace = out === x || out === y;
  simd.run('axpy64', [alpha, x, y, out, n], simd.partsFor(n, GRAIN / 2), { inPlace });
}

/**
 * out[i] = factor·cos(x[i]), float32; the cosine is within 3e-7 for every finite x[i]. `out` may be `x`.
 *
 * @example
 * cosineAt(simd, x, out, 1000, Math.SQRT2);
 */
export function cosineAt(simd: Simd, x: number, out: number, n: number, factor = 1): void {
  nonNegativeInteger('n', n);
  simd.run('cosine', [x, out, n, factor], simd.partsFor(n, GRAIN / 2), { inPlace: out === x });
}
