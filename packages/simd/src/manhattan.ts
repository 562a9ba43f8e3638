import { checkSizes } from './checks.ts';
import type { Simd } from './simd.ts';

/** Arguments of `manhattanAt`. */
export interface ManhattanArguments {
  /** Pointer to m×d float32, row-major. */
  x: number;
  /** Pointer to n×d float32, row-major. */
  y: number;
  /** Pointer to m×n numbers. */
  out: number;
  /** Points of `x`. */
  m: number;
  /** Points of `y`. */
  n: number;
  /** Numbers of a point. */
  d: number;
  /** Elements from one row of `x` to the next. Default: `d`. */
  ldx?: number;
  /** Elements from one row of `y` to the next. Default: `d`. */
  ldy?: number;
  /** Elements from one row of `out` to the next. Default: `n`. */
  ldout?: number;
}

/**
 * out[i][j] = Σ_k |x[i][k] − y[j][k]|, float32: the L1 norm of all differences of points, also known as their Manhattan or
 * city block distances. Summed in the order of k.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @throws SimdMemoryError if there is no room for a copy of `y`.
 * @example
 * manhattanAt(simd, { x, y, out, m: 100, n: 20, d: 8 });
 */
export function manhattanAt(simd: Simd, options: ManhattanArguments): void {
  const { x, y, out, m, n, d, ldx = d, ldy = d, ldout = n } = options;
  checkSizes({ m, n, d, ldx, ldy, ldout });
  if (m === 0 || n === 0) return;
  // Whole blocks and a line of the cache: rows that lie a power of 2 apart would share a few places of the cache.
  const ld = BLOCK * Math.ceil(n / BLOCK) + LINE;
  const turned = simd.alloc(4 * ld * d);
  try {
    if (d > 0) simd.run('transpose', [y, turned, d, n, ldy, ld]);
    const parts = Math.max(1, Math.min(simd.partsFor(m * n * d, DIFFERENCES), Math.ceil(m / 4)));
    simd.run('manhattan', [x, turned, out, m, n, d, ldx, ld, ldout], parts);
  } finally {
    // As large as all points: more than scratch memory should keep.
    simd.free(turned);
  }
}

/** Columns of the transposed `y` that a kernel may read together. */
const BLOCK = 32;
/** Numbers in a line of the cache. */
const LINE = 16;
/** Differences per part: with fewer, waking a worker costs more than it saves. */
const DIFFERENCES = 2.5e5;
