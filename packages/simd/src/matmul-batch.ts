import { matmulAt, ownScratch } from './matmul.ts';
import type { MatmulArguments } from './matmul-arguments.ts';
import type { Simd } from './simd.ts';
import { Epilogue } from './wasm/tables.ts';

/** Arguments of `matmulBatchAt`. */
export interface MatmulBatchArguments extends MatmulArguments {
  b: number;
  /** The number of products. */
  batch: number;
  /** Elements from one matrix to the next; 0 uses the same one in every product. Default: the size of a matrix. */
  strideA?: number;
  strideB?: number;
  strideOut?: number;
}

/**
 * Many products of the same shape: as `matmulAt` for each, but small products share one job.
 *
 * @example
 * matmulBatchAt(simd, { a: x, b: y, out, m: 8, n: 8, k: 8, batch: 100 });
 */
export function matmulBatchAt(simd: Simd, options: MatmulBatchArguments): void {
  const { m, n, k, batch, strideA = m * k, strideB = k * n, strideOut = m * n } = options;
  if (m === 0 || n === 0 || batch === 0) return;
  const own = ownScratch(m, k);
  if (batch === 1 || !own || (batch < simd.threads && m * n * k > 1e6)) {
    for (let i = 0; i < batch; i++) {
      const at = { a: options.a + 4 * i * strideA, b: options.b + 4 * i * strideB };
      matmulAt(simd, { ...options, ...at, out: options.out + 4 * i * strideOut });
    }
    return;
  }
  const { a, b, out, transposeA = false, transposeB = false, lda = transposeA ? m : k } = options;
  const { ldb = transposeB ? k : n, ldout = n, alpha = 1, bias = 0, factor = 1 } = options;
  const epilogue = Epilogue[options.epilogue ?? 'linear'];
  const parts = Math.min(batch, simd.partsFor(2 * m * n * Math.max(k, 1) * batch, 1e6));
  // The kernel keeps each part's own arguments behind its scratch memory.
  const bytes = own.bytes + 256;
  simd.run(
    'gemmBatch',
    [
      ...[a, b, out, m, n, k, lda, Number(transposeA), ldout, alpha, bias, epilogue, factor],
      ...[simd.scratch(parts * bytes), bytes, 1, 1, own.rows, ldb, Number(transposeB), 0, 0],
      ...[batch, 4 * strideA, 4 * strideB, 4 * strideOut],
    ],
    parts,
  );
}
