import type { Simd } from '../simd.ts';
import { checkMatrix, checkSize } from './checks.ts';
import { withWorkspace } from './memory.ts';

export interface Matmul64Arguments {
  /** Pointer to op(A)'s storage: m×k, or k×m where transposed. */
  a: number;
  /** Pointer to op(B)'s storage: k×n, or n×k where transposed. */
  b: number;
  /** Pointer to m×n numbers. Must not overlap the operands. */
  out: number;
  m: number;
  n: number;
  k: number;
  transposeA?: boolean;
  transposeB?: boolean;
  /** Elements from one stored row to the next. Default: as many as a row has. */
  lda?: number;
  ldb?: number;
  ldout?: number;
  /** Default 1. */
  alpha?: number;
  /** Adds to what `out` holds. Default false. */
  accumulate?: boolean;
  /** Computes and touches only the numbers whose column is not above their row. Default false. */
  lower?: boolean;
}

// As in the kernels: rows packed at a time, and the deepest block of k.
const ROWS = 64;
const DEPTH = 512;

/** out = alpha·op(A)·op(B), or out += …, row-major float64 in the instance's memory. */
export function matmul64At(simd: Simd, options: Matmul64Arguments): void {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false, lower = false } = options;
  if (m === 0 || n === 0) return;
  const { lda = transposeA ? m : k, ldb = transposeB ? k : n, ldout = n } = options;
  const { alpha = 1, accumulate = false } = options;
  // Half of a triangle's parts may be empty, and the others differ in size: cut it finer.
  const parts = simd.partsFor(2 * m * n * Math.max(k, 1), 1e6, lower ? 12 : 4);
  const mParts = Math.min(parts, Math.ceil(m / ROWS));
  const nParts = Math.min(Math.ceil(parts / mParts), Math.ceil(n / 8));
  const rows = Math.min(ROWS, Math.ceil(m / 4) * 4);
  const scratchBytes = 128 + Math.ceil((8 * rows * Math.min(DEPTH, k + 3)) / 64) * 64;
  const packedBytes = Math.ceil((Math.ceil(n / 4) * 32 * k) / 64) * 64;
  const packed = simd.scratch(packedBytes + mParts * nParts * scratchBytes);
  const packParts = Math.max(1, Math.min(simd.partsFor(k * n, 32768), Math.ceil(n / 8)));
  simd.run('packB64', [b, packed, n, k, ldb, Number(transposeB)], packParts);
  simd.run(
    'gemm64',
    [
      ...[a, packed, out, m, n, k, lda, Number(transposeA), ldout, alpha, Number(accumulate)],
      ...[Number(lower), packed + packedBytes, scratchBytes, mParts, nParts],
    ],
    mParts * nParts,
    { inPlace: accumulate },
  );
}

export type Matmul64Shape = Pick<
  Matmul64Arguments,
  'm' | 'n' | 'k' | 'transposeA' | 'transposeB' | 'alpha'
>;

/** The same over typed arrays: copies the operands in and the product out. */
export function matmul64(
  simd: Simd,
  a: Float64Array,
  b: Float64Array,
  options: Matmul64Shape,
): Float64Array {
  const { m, n, k } = options;
  for (const name of ['m', 'n', 'k'] as const) checkSize(name, options[name]);
  checkMatrix('a', a, m, k);
  checkMatrix('b', b, k, n);
  return withWorkspace(simd, (space) => {
    const at = { a: space.put(a), b: space.put(b), out: space.alloc(m * n) };
    matmul64At(simd, { ...options, ...at });
    return simd.f64(at.out, m * n).slice();
  });
}
