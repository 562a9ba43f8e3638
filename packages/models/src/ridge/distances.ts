import { type Simd, type Steps, solveTriangularStepsAt } from '@kernel-methods/simd';

/** The number of rows that are solved at a time: 8 MB with 4,096 features. */
export const BLOCK_ROWS = 256;

/**
 * (z − c)ᵀA⁻¹(z − c) = ‖L⁻¹(z − c)‖² of each row, by blocks of rows.
 *
 * @param l pointer to the lower triangle L, A = L·Lᵀ, as wide as the centre c.
 * @param z rows, row-major.
 */
export function* squaredDistances(
  simd: Simd,
  l: number,
  z: Float32Array,
  centre: Float64Array,
): Steps<Float64Array> {
  const width = centre.length;
  const out = new Float64Array(z.length / width);
  const b = simd.alloc(8 * Math.min(BLOCK_ROWS, out.length) * width);
  try {
    for (let from = 0; from < out.length; from += BLOCK_ROWS) {
      const block = z.subarray(from * width, (from + BLOCK_ROWS) * width);
      const values = simd.f64(b, block.length);
      block.forEach((value, at) => {
        values[at] = value - centre[at % width];
      });
      yield;
      const rows = block.length / width;
      const triangle = { t: l, n: width };
      yield* solveTriangularStepsAt(simd, { ...triangle, b, columns: rows, transposedB: true });
      out.set(squaredNorms(simd.f64(b, block.length), rows), from);
    }
    return out;
  } finally {
    simd.free(b);
  }
}

/** ‖row‖² of each row. */
export function squaredNorms(values: Float64Array, rows: number): Float64Array {
  const width = values.length / rows;
  const out = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let i = 0; i < width; i++, at++) out[row] += values[at] * values[at];
  }
  return out;
}

/** factor·L⁻ᵀ, row-major, by blocks of columns of L⁻¹, which are zero above their first row. */
export function* scaledInverse(
  simd: Simd,
  l: number,
  width: number,
  factor: number,
): Steps<Float32Array> {
  const out = new Float32Array(width * width);
  const b = simd.alloc(8 * Math.min(BLOCK_ROWS, width) * width);
  try {
    for (let from = 0; from < width; from += BLOCK_ROWS) {
      const columns = Math.min(BLOCK_ROWS, width - from);
      const n = width - from;
      const identity = simd.f64(b, columns * n).fill(0);
      for (let i = 0; i < columns; i++) identity[i * (n + 1)] = factor;
      const t = l + 8 * from * (width + 1);
      yield* solveTriangularStepsAt(simd, { t, ldt: width, b, n, columns, transposedB: true });
      const values = simd.f64(b, columns * n);
      for (let i = 0; i < columns; i++) {
        out.set(values.subarray(i * n, (i + 1) * n), (from + i) * width + from);
      }
    }
    return out;
  } finally {
    simd.free(b);
  }
}
