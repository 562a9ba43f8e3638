import { TriangleMode } from '../wasm/tables.ts';
import type { JavaScriptKernel } from './kernel.ts';

/** `copyRows64`. Arguments: a, out, rows, columns, lda, ldout, order or 0, alpha. */
export const copyRows64: JavaScriptKernel = ({ f64 }, args) => {
  const [a, out, rows, columns, lda, ldout, order, alpha] = args;
  for (let i = 0; i < rows; i++) {
    const from = a / 8 + (order ? f64[order / 8 + i] : i) * lda;
    const to = out / 8 + i * ldout;
    for (let j = 0; j < columns; j++) f64[to + j] = alpha * f64[from + j];
  }
};

/** `transpose64`: as `copyRows64`, but rows become columns. */
export const transpose64: JavaScriptKernel = ({ f64 }, args) => {
  const [a, out, rows, columns, lda, ldout, order, alpha] = args;
  // A few columns at a time, so that the lines that are written stay in the cache.
  for (let left = 0; left < columns; left += 8) {
    const end = Math.min(columns, left + 8);
    for (let i = 0; i < rows; i++) {
      const from = a / 8 + (order ? f64[order / 8 + i] : i) * lda;
      for (let j = left; j < end; j++) f64[out / 8 + j * ldout + i] = alpha * f64[from + j];
    }
  }
};

/** `triangle64`. Arguments: a, n, ld, mode (of `TriangleMode`). */
export const triangle64: JavaScriptKernel = ({ f64 }, [a, n, ld, mode]) => {
  // By strips of eight columns of the upper triangle, which are eight rows of the lower one.
  for (let left = 0; left < n; left += 8) {
    for (let i = 0; i < Math.min(n, left + 8); i++) {
      for (let j = Math.max(left, i + 1); j < Math.min(n, left + 8); j++) {
        const [upper, lower] = [a / 8 + i * ld + j, a / 8 + j * ld + i];
        if (mode === TriangleMode.copyToLower) f64[lower] = f64[upper];
        else f64[upper] = mode === TriangleMode.clearUpper ? 0 : f64[lower];
      }
    }
  }
};

/** `maxAbs64`: the largest |a| or NaN, in the first of the parts' results. Arguments: a, rows, columns, ld, partial. */
export const maxAbs64: JavaScriptKernel = ({ f64 }, [a, rows, columns, ld, partial], parts) => {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    for (let at = a / 8 + i * ld, end = at + columns; at < end; at++) {
      largest = Math.max(largest, Math.abs(f64[at]));
    }
  }
  f64.fill(0, partial / 8, partial / 8 + parts);
  f64[partial / 8] = largest;
};
