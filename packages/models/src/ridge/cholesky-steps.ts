import { choleskyAt, matmul64At, type Simd, solveTriangularAt } from '@kernel-methods/simd';
import type { Steps } from './steps.ts';

/** Columns of a panel, and rows of a strip that are updated in one step. */
const PANEL = 512;

/**
 * Cholesky in place, as `choleskyAt` without jitter, but in steps of some ten milliseconds: with 8,192
 * features the whole takes ten seconds. Only the lower triangle is read and written.
 *
 * @returns whether A is positive definite to rounding; if not, A is spoilt.
 */
export function* choleskySteps(simd: Simd, a: number, n: number): Steps<boolean> {
  const size = Math.min(PANEL, n);
  const corner = simd.alloc(8 * size * size);
  try {
    for (let from = 0; from < n; from += PANEL) {
      const k = Math.min(PANEL, n - from);
      const diagonal = a + 8 * from * (n + 1);
      if (!factorCorner(simd, diagonal, n, corner, k)) return false;
      const rest = n - from - k;
      const below = diagonal + 8 * k * n;
      for (let row = 0; row < rest; row += PANEL) {
        const rows = Math.min(PANEL, rest - row);
        const b = below + 8 * row * n;
        const triangle = { t: corner, ldt: k, n: k, columns: rows };
        solveTriangularAt(simd, { ...triangle, b, ldb: n, transposedB: true });
        yield;
      }
      for (let row = 0; row < rest; row += PANEL) {
        // The strip's numbers up to the diagonal: those left of its corner, and the corner's.
        const rows = Math.min(PANEL, rest - row);
        const strip = below + 8 * row * n;
        const common = { a: strip, lda: n, ldb: n, transposeB: true, ldout: n, m: rows, k };
        const update = { ...common, alpha: -1, accumulate: true };
        matmul64At(simd, { ...update, b: below, out: strip + 8 * k, n: row });
        matmul64At(simd, { ...update, b: strip, out: strip + 8 * (k + row), n: rows, lower: true });
        yield;
      }
    }
    return true;
  } finally {
    simd.free(corner);
  }
}

/** Factors k×k numbers with rows of `ld`; the factor lies in `corner` too. */
function factorCorner(simd: Simd, at: number, ld: number, corner: number, k: number): boolean {
  const packed = simd.f64(corner, k * k);
  for (let i = 0; i < k; i++) packed.set(simd.f64(at + 8 * i * ld, k), i * k);
  try {
    choleskyAt(simd, corner, k, { maxJitter: 0 });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
  const factor = simd.f64(corner, k * k);
  for (let i = 0; i < k; i++) {
    simd.f64(at + 8 * i * ld, i + 1).set(factor.subarray(i * k, i * k + i + 1));
  }
  return true;
}
