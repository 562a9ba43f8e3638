import type { JavaScriptKernel } from './kernel.ts';

/** `manhattan`. Arguments: x, y, out, rows of x, columns of y, depth, ldx, ldy, ldout. */
export const manhattan: JavaScriptKernel = ({ f32 }, args) => {
  const [x, y, out, m, n, depth, ldx, ldy, ldout] = args;
  const sums = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    for (let k = 0; k < depth; k++) {
      const value = f32[x / 4 + i * ldx + k];
      const from = y / 4 + k * ldy;
      for (let j = 0; j < n; j++) sums[j] += Math.abs(value - f32[from + j]);
    }
    f32.set(sums, out / 4 + i * ldout);
  }
};
