import type { JavaScriptKernel } from './kernel.ts';
import { addScaled, dot } from './rows.ts';
import { computeTiles, packLines, TILE } from './tiles.ts';

/** `packB64`: panels of four columns, all of k deep. Arguments: b, packed, n, k, ld, transposed. */
export const packB64: JavaScriptKernel = ({ f64 }, [b, packed, n, k, ld, transposed]) => {
  const [line, step] = transposed ? [ld, 1] : [1, ld];
  const operand = { values: f64, at: b / 8, line, step };
  for (let j = 0; j < n; j += TILE) packLines(operand, j, n, k, f64, packed / 8 + j * k);
};

/**
 * `gemm64`. Arguments: a, packed b, out, m, n, k, lda, a transposed, ldout, alpha, accumulate, lower; the others cut the
 * work into parts.
 */
export const gemm64: JavaScriptKernel = ({ f64 }, args) => {
  const [a, packed, out, m, n, k, lda, transposed, ldout, alpha, accumulate, lower] = args;
  const [line, step] = transposed ? [1, lda] : [lda, 1];
  computeTiles({
    ...{ m, n, k, left: { values: f64, at: a / 8, line, step, alpha } },
    right: (j) => ({ values: f64, at: packed / 8 + j * k }),
    // Rows and columns of tiles begin at the same multiples, so a tile is below the diagonal, above it, or on it.
    rowsFor: lower ? (j) => [j, m] : undefined,
    put(sums, i, j, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const at = out / 8 + (i + r) * ldout + j;
        const end = lower && i === j ? Math.min(r + 1, columns) : columns;
        for (let c = 0; c < end; c++) {
          f64[at + c] = accumulate ? f64[at + c] + sums[TILE * r + c] : sums[TILE * r + c];
        }
      }
    },
  });
};

/** `gemv64`: y = A·x. Arguments: a, ld, m, n, x, y. */
export const gemv64: JavaScriptKernel = ({ f64 }, [a, ld, m, n, x, y]) => {
  for (let i = 0; i < m; i++) f64[y / 8 + i] = dot(f64, a / 8 + i * ld, x / 8, n);
};

/** `axpy64`: out = alpha·x + y. Arguments: alpha, x, y, out, n. */
export const axpy64: JavaScriptKernel = ({ f64 }, [alpha, x, y, out, n]) => {
  if (out === y) addScaled(f64, alpha, x / 8, y / 8, n);
  else for (let i = 0; i < n; i++) f64[out / 8 + i] = alpha * f64[x / 8 + i] + f64[y / 8 + i];
};
