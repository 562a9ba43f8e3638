import type { MatmulArguments } from './matmul-arguments.ts';
import { rowsProductAt, rowsTransposedProductAt } from './rows-product.ts';
import type { Simd } from './simd.ts';
import { UNIT_BYTES } from './wasm/tables.ts';

// More columns are faster in tiles.
const WIDEST = 12;

/**
 * Whether one side of the product is so short that `matmulAt` reads the large operand once, where
 * it lies. Packing that operand beforehand would not help.
 *
 * @example
 * const narrow = isNarrowProduct({ b, m: 1, n: 4096, k: 784 });
 */
export const isNarrowProduct = ({
  b,
  m,
  n,
  k,
  epilogue,
}: Pick<MatmulArguments, 'b' | 'm' | 'n' | 'k' | 'epilogue'>): boolean =>
  typeof b === 'number' && epilogue !== 'cosine' && Math.min(m, n) <= WIDEST && m * n * k > 4096;

/**
 * A product with few columns, or, by the transpose (op(A)·op(B))ᵀ = op(B)ᵀ·op(A)ᵀ, one with few
 * rows. The large operand is read where it lies; the short one and the product are transposed if
 * necessary.
 */
export function narrowMatmulAt(
  simd: Simd,
  options: MatmulArguments & { b: number; lda: number; ldb: number; ldout: number },
): void {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false, lda, ldb, ldout } = options;
  const { alpha = 1, bias = 0, epilogue = 'linear' } = options;
  const tall = n <= m;
  const [long, units] = tall ? [m, n] : [n, m];
  const [z, ldz] = tall ? [a, lda] : [b, ldb];
  // Whether the rows of the large operand run along k; then the short one must be k×units,
  // otherwise units×k.
  const rowsAreK = tall ? transposeA : !transposeB;
  const [wantK, ldSmall] = [rowsAreK, rowsAreK ? units : k];
  const isK = tall ? !transposeB : transposeA;
  const smallBytes = Math.ceil((4 * k * units) / 64) * 64;
  // The kernels of picked rows give the product or its transpose; where it is tall, one kernel turns it block by block.
  const inBlocks = rowsAreK && tall;
  const direct = rowsAreK || tall;
  // One part per thread: the next product with this matrix finds its columns in the same core's cache.
  const blocks = Math.min(simd.partsFor(long * k * units, 5e5, 1), Math.ceil(long / 64));
  const blockBytes = UNIT_BYTES * units;
  const moreBytes = inBlocks ? blocks * blockBytes : direct ? 0 : 4 * long * units;
  const scratch = simd.scratch(smallBytes + moreBytes);
  let [small, ld] = tall ? [b, ldb] : [a, lda];
  if (isK !== wantK) {
    simd.run('transpose', [small, scratch, ...(wantK ? [k, units] : [units, k]), ld, ldSmall]);
    [small, ld] = [scratch, ldSmall];
  }
  const product = scratch + smallBytes;
  if (inBlocks) {
    const to = [out, ldout, product, blockBytes];
    simd.run('narrowTransposed', [z, ldz, k, long, small, ld, units, ...to], blocks);
  } else if (rowsAreK) {
    const to = { out, ldout };
    const shape = { count: k, features: long, units };
    rowsTransposedProductAt(simd, { z, ldz, ...shape, g: small, ldg: ld, ...to });
  } else {
    const to = { out: direct ? out : product, ldout: direct ? ldout : units };
    const shape = { count: long, features: k, units };
    rowsProductAt(simd, { z, ldz, ...shape, w: small, ldw: ld, ...to });
  }
  const parts = simd.partsFor(long * units, 65536);
  if (!direct) simd.run('transpose', [product, out, m, n, units, ldout], parts);
  if (alpha === 1 && !bias && epilogue === 'linear') return;
  const args = [out, m, n, ldout, alpha, bias, Number(epilogue === 'relu')];
  simd.run('finishProduct', args, parts, { inPlace: true });
}
