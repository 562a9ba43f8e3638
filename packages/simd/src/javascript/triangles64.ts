import type { JavaScriptKernel } from './kernel.ts';
import { dot } from './rows.ts';

/**
 * `cholesky64`: one small block, in place, lower triangle. Stops at a pivot that is not positive and finite, and writes
 * its index plus 1 to `status`; 0 where there is none. Arguments: a, n, ld, status.
 */
export const cholesky64: JavaScriptKernel = ({ f64 }, [a, n, ld, status]) => {
  for (let i = 0; i < n; i++) {
    const row = a / 8 + i * ld;
    for (let j = 0; j < i; j++) {
      const other = a / 8 + j * ld;
      f64[row + j] = (f64[row + j] - dot(f64, row, other, j)) / f64[other + j];
    }
    const pivot = f64[row + i] - dot(f64, row, row, i);
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) {
      f64[status / 8] = i + 1;
      return;
    }
    f64[row + i] = Math.sqrt(pivot);
  }
  f64[status / 8] = 0;
};

/**
 * `triangular64`: solves T·X = B in place for one small triangle: lower, forward; or upper, backward. Strides are in
 * numbers. Arguments: t, its row and column stride, x, its row and column stride, n, columns of x, backward.
 */
export const triangular64: JavaScriptKernel = ({ f64 }, args) => {
  const [t, tRow, tColumn, x, xRow, xColumn, n, columns, backward] = args;
  // A column of X at a time, copied: its numbers may lie far apart.
  const solved = new Float64Array(n);
  // Backward substitution is forward substitution with rows and columns counted from the end.
  const [way, last] = backward ? [-1, n - 1] : [1, 0];
  const t0 = t / 8 + last * (tRow + tColumn);
  for (let c = 0; c < columns; c++) {
    const x0 = x / 8 + last * xRow + c * xColumn;
    for (let i = 0; i < n; i++) {
      const row = t0 + way * i * tRow;
      const along = way * tColumn;
      let sum = f64[x0 + way * i * xRow];
      for (let p = 0; p < i; p++) sum -= f64[row + p * along] * solved[p];
      solved[i] = sum / f64[row + i * along];
    }
    for (let i = 0; i < n; i++) f64[x0 + way * i * xRow] = solved[i];
  }
};
