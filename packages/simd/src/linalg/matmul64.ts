import { checkMatrix, checkSizes } from '../checks.ts';
import type { ProductArguments } from '../matmul-arguments.ts';
import type { Simd } from '../simd.ts';
import { KC64, MC64, MR64 } from '../wasm/tables.ts';
import { withWorkspace } from './memory.ts';

/** Arguments of `matmul64At`. */
export interface Matmul64Arguments extends ProductArguments {
  /** Pointer to op(B) as it is stored: k×n, or n×k where transposed. */
  b: number;
  /** Adds to what `out` holds. Default: false. */
  accumulate?: boolean;
  /** Computes and touches only the numbers on and below the diagonal. Default: false. */
  lower?: boolean;
}

/**
 * out = alpha·op(A)·op(B), or out += …, row-major float64 in the instance's memory.
 *
 * @throws SimdMemoryError if there is no room to pack the operands.
 * @example
 * matmul64At(simd, { a: x, b: y, out, m: 100, n: 10, k: 64, transposeA: true });
 */
export function matmul64At(simd: Simd, options: Matmul64Arguments): void {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false, lower = false } = options;
  if (m === 0 || n === 0) return;
  const { lda = transposeA ? m : k, ldb = transposeB ? k : n, ldout = n } = options;
  const { alpha = 1, accumulate = false } = options;
  // Half of a triangle's parts may be empty, and the others differ in size, so it is cut finer.
  const parts = simd.partsFor(2 * m * n * Math.max(k, 1), 1e6, lower ? 12 : 4);
  const mParts = Math.min(parts, Math.ceil(m / MC64));
  const nParts = Math.min(Math.ceil(parts / mParts), Math.ceil(n / 8));
  const rows = Math.min(MC64, Math.ceil(m / MR64) * MR64);
  const tileBytes = 8 * MR64 * MR64;
  const scratchBytes = tileBytes + Math.ceil((8 * rows * Math.min(KC64, k + 3)) / 64) * 64;
  const packedBytes = Math.ceil((Math.ceil(n / MR64) * MR64 * 8 * k) / 64) * 64;
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

/** Shape and settings of `matmul64`. */
export type Matmul64Shape = Pick<
  Matmul64Arguments,
  'm' | 'n' | 'k' | 'transposeA' | 'transposeB' | 'alpha'
>;

/**
 * alpha·op(A)·op(B) of row-major float64 matrices: copies the operands in and the product out.
 *
 * @param a op(A) as it is stored: m×k, or k×m where transposed
 * @param b op(B) as it is stored: k×n, or n×k where transposed
 * @returns m×n numbers
 * @throws RangeError if a length does not match the shape.
 * @throws SimdMemoryError if there is no room. @example const a = Float64Array.of(1, 2, 3, 4); //
 * 2×2 matmul64(getSimd(), a, a, { m: 2, n: 2, k: 2 }); // 7, 10, 15, 22
 */
export function matmul64(
  simd: Simd,
  a: Float64Array,
  b: Float64Array,
  options: Matmul64Shape,
): Float64Array {
  const { m, n, k } = options;
  checkSizes({ m, n, k });
  checkMatrix('a', a, m, k);
  checkMatrix('b', b, k, n);
  return withWorkspace(simd, (space) => {
    const at = { a: space.put(a), b: space.put(b), out: space.alloc(m * n) };
    matmul64At(simd, { ...options, ...at });
    return simd.f64(at.out, m * n).slice();
  });
}
