import type { Simd } from './simd.ts';

// Below this many numbers a part, waking a worker costs more than it brings.
const GRAIN = 32768;

/** out[i] = a[i] + b[i], float32. `out` may be an operand. */
export function addAt(simd: Simd, a: number, b: number, out: number, n: number): void {
  const inPlace = out === a || out === b;
  simd.run('add', [a, b, out, n], simd.partsFor(n, GRAIN), { inPlace });
}

/** out[i] = alpha·x[i] + y[i], float64. `out` may be an operand. */
export function axpy64At(
  simd: Simd,
  alpha: number,
  x: number,
  y: number,
  out: number,
  n: number,
): void {
  const inPlace = out === x || out === y;
  simd.run('axpy64', [alpha, x, y, out, n], simd.partsFor(n, GRAIN / 2), { inPlace });
}

/** out[i] = factor·cos(x[i]), float32. `out` may be `x`. */
export function cosineAt(simd: Simd, x: number, out: number, n: number, factor = 1): void {
  simd.run('cosine', [x, out, n, factor], simd.partsFor(n, GRAIN / 2), { inPlace: out === x });
}
