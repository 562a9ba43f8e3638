import { checkLength, checkSizes } from './checks.ts';
import type { MatmulArguments } from './matmul-arguments.ts';
import { isNarrowProduct, narrowMatmulAt } from './narrow-matmul.ts';
import { packedSize, packInto, panelsOf } from './packed-matrix.ts';
import type { Simd } from './simd.ts';
import { Epilogue, KC, MC, MC_SMALL, MR, NC, TILE_BYTES } from './wasm/tables.ts';

/**
 * out = epilogue(alpha·op(A)·op(B) + bias), row-major float32 in the instance's memory. Sums are float32. Bits are the
 * same on any number of threads.
 *
 * @throws SimdMemoryError if there is no room to pack the operands.
 * @example
 * matmulAt(simd, { a: x, b: w, out, m: 128, n: 10, k: 784, bias, epilogue: 'relu' });
 */
export function matmulAt(simd: Simd, options: MatmulArguments): void {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false } = options;
  if (m === 0 || n === 0) return;
  const { lda = transposeA ? m : k, ldout = n, alpha = 1, bias = 0, factor = 1 } = options;
  const epilogue = Epilogue[options.epilogue ?? 'linear'];
  const ldb = options.ldb ?? (transposeB ? k : n);
  if (isNarrowProduct(options)) {
    narrowMatmulAt(simd, { ...options, b: b as number, lda, ldb, ldout });
    return;
  }
  const loose = typeof b === 'number';
  // With few rows, each part packs what it needs of B, so B never goes through memory twice.
  const own = loose && m <= MC_SMALL;
  const packedBytes = loose && !own ? packedSize(simd, k, n) : 0;
  if (simd.has('matmul')) {
    const scratch = packedBytes && simd.scratch(packedBytes);
    if (packedBytes) packInto(simd, scratch, b as number, k, n, transposeB, ldb);
    simd.run('matmul', [
      ...[a, loose ? (own ? b : scratch) : b.pointer, out, m, n, k, lda, Number(transposeA)],
      ...[ldb, Number(transposeB), ldout, alpha, bias, epilogue, factor],
      own ? 0 : !loose && b.finite ? 2 : 1,
    ]);
    return;
  }
  const { mParts, nParts } = grid(simd, m, n, k);
  const { rows, bytes: scratchBytes } = scratchOfPart(m, k, own);
  // If many parts share the rows of A, these are packed once for all.
  const leftBytes = nParts > 2 && m <= MC_SMALL ? packedLeftSize(m, k) : 0;
  const scratch = simd.scratch(packedBytes + leftBytes + mParts * nParts * scratchBytes);
  if (packedBytes) packInto(simd, scratch, b as number, k, n, transposeB, ldb);
  const left = leftBytes && scratch + packedBytes;
  if (left) {
    const parts = Math.min(simd.partsFor(m * k, 32768), Math.ceil(m / MR));
    simd.run('packA', [a, left, m, k, lda, Number(transposeA)], parts);
  }
  const right = !loose ? b.pointer : own ? b : scratch;
  simd.run(
    'gemm',
    [
      ...[a, right, out, m, n, k, lda, Number(transposeA), ldout, alpha, bias, epilogue, factor],
      ...[scratch + packedBytes + leftBytes, scratchBytes, mParts, nParts, rows],
      ...[own ? ldb : 0, Number(transposeB), Number(!loose && b.finite === true), left],
    ],
    mParts * nParts,
  );
}

/** The memory of a part: a tile, rows of A, columns of B, and for each panel of A how many of its steps are left and which. */
function scratchOfPart(m: number, k: number, own: boolean) {
  const rows = Math.min(m <= MC_SMALL ? MC_SMALL : MC, Math.ceil(m / MR) * MR);
  const depth = Math.min(KC, k);
  const numbers = (rows + (own ? NC : 0)) * depth + (rows / MR) * (depth + 1);
  return { rows, bytes: Math.ceil((TILE_BYTES + 4 * numbers) / 64) * 64 };
}

/**
 * The memory of a part that packs its own columns of B, and the rows that it packs; undefined for
 * too many rows.
 */
export const ownScratch = (m: number, k: number) =>
  m <= MC_SMALL ? scratchOfPart(m, k, true) : undefined;

/** What the kernel `packA` writes: panels of MR rows, how many steps of each are left, and which. */
function packedLeftSize(m: number, k: number): number {
  const bytes = 4 * Math.ceil(m / MR) * ((MR + 1) * k + Math.ceil(k / KC));
  return Math.ceil(bytes / 64) * 64;
}

/** How a product is divided: tall parts read less of B, wide ones pack less of A. */
function grid(simd: Simd, m: number, n: number, k: number) {
  // Parts that pack little may be small, since all wait for the last one.
  const parts = simd.partsFor(2 * m * n * Math.max(k, 1), 1e6, 8);
  const most = panelsOf(simd, n);
  // With few rows only the columns are divided, since all parts share the packed rows. Otherwise
  // rows come first, 64 or more per part.
  const mParts = m <= MC_SMALL && most >= parts ? 1 : Math.min(parts, Math.ceil(m / 64));
  return { mParts, nParts: Math.min(Math.ceil(parts / mParts), most) };
}

/** Shape and settings of `matmul`. */
export interface MatmulShape extends Omit<MatmulArguments, 'a' | 'b' | 'out' | 'bias'> {
  /** n numbers that are added to each row. */
  bias?: Float32Array;
}

/**
 * epilogue(alpha·op(A)·op(B) + bias) of row-major float32 matrices: copies the operands in and the product out.
 *
 * @param a op(A) as it is stored: m×k, or k×m where transposed
 * @param b op(B) as it is stored: k×n, or n×k where transposed
 * @returns m×n numbers
 * @throws RangeError if a length does not match the shape.
 * @throws SimdMemoryError where there is no room.
 * @example
 * const a = Float32Array.of(1, 2, 3, 4, 5, 6); // 2×3
 * const b = Float32Array.of(1, 0, 0, 1, 1, 1); // 3×2
 * matmul(getSimd(), a, b, { m: 2, n: 2, k: 3 }); // 4, 5, 10, 11
 */
export function matmul(
  simd: Simd,
  a: Float32Array,
  b: Float32Array,
  options: MatmulShape,
): Float32Array {
  const { m, n, k } = options;
  checkSizes({ m, n, k });
  checkLength('a', a, m * k);
  checkLength('b', b, k * n);
  if (options.bias) checkLength('bias', options.bias, n);
  const pointers: number[] = [];
  const put = (values: Float32Array) => {
    const pointer = simd.alloc(values.byteLength);
    pointers.push(pointer);
    simd.f32(pointer, values.length).set(values);
    return pointer;
  };
  try {
    const bias = options.bias && put(options.bias);
    const at = { a: put(a), b: put(b), out: simd.alloc(4 * m * n) };
    pointers.push(at.out);
    matmulAt(simd, { ...options, ...at, bias });
    return simd.f32(at.out, m * n).slice();
  } finally {
    for (const pointer of pointers) simd.free(pointer);
  }
}
