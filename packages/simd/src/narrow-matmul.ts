import type { MatmulArguments } from './matmul.ts';
import { paddedUnits, rowsProductAt, rowsTransposedProductAt } from './rows-product.ts';
import type { Simd } from './simd.ts';

// So many columns go through the large operand in one sweep.
const WIDEST = 12;

/** Whether one side of the product is so short that the large operand is best read once, where it lies. */
export const isNarrow = ({ b, m, n, k, epilogue }: MatmulArguments): boolean =>
  typeof b === 'number' && epilogue !== 'cosine' && Math.min(m, n) <= WIDEST && m * n * k > 4096;

/**
 * The product with few columns, or by its transpose (op(A)·op(B))ᵀ = op(B)ᵀ·op(A)ᵀ the one with few rows:
 * the short operand is copied to rows of whole vectors, the large one is not copied at all.
 */
export function narrowMatmulAt(
  simd: Simd,
  options: MatmulArguments & { b: number; lda: number; ldb: number; ldout: number },
): void {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false, lda, ldb, ldout } = options;
  const { alpha = 1, bias = 0, epilogue = 'linear' } = options;
  const tall = n <= m;
  const [long, units] = tall ? [m, n] : [n, m];
  const ld = paddedUnits(units);
  const large = tall ? { z: a, ldz: lda } : { z: b, ldz: ldb };
  // Whether the large operand's rows run along k.
  const rowsAreK = tall ? transposeA : !transposeB;
  const bytes = Math.ceil((4 * k * ld) / 64) * 64;
  const small = simd.scratch(bytes + 4 * long * ld);
  const product = small + bytes;
  const source = tall
    ? [b, small, k, n, ldb, Number(transposeB)]
    : [a, small, k, m, lda, Number(!transposeA)];
  simd.run('widen', [...source, ld]);
  if (rowsAreK) {
    rowsTransposedProductAt(simd, {
      ...large,
      count: k,
      features: long,
      g: small,
      out: product,
      ld,
    });
  } else {
    rowsProductAt(simd, { ...large, count: long, features: k, w: small, out: product, ld });
  }
  simd.run(
    'narrow',
    [product, out, m, n, ld, Number(!tall), ldout, alpha, bias, Number(epilogue === 'relu')],
    simd.partsFor(long * units, 65536),
  );
}
