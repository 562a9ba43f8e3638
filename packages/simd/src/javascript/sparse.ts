import type { JavaScriptKernel } from './kernel.ts';
import type { JavaScriptMemory } from './memory.ts';

// Sparse rows. The kernels of assembly/sparse.ts and assembly/dual-descent.ts round each product and sum to float32 once
// or twice, depending on the build; here sums of products are float64.

/**
 * `sparseProduct`: out[r][u] = Σ values[k]·w[indices[k]][u] + bias[u]. Arguments: indptr, indices, values, rows (i32) or
 * 0, count, w, ldw, units, bias or 0, out, ldout.
 */
export const sparseProduct: JavaScriptKernel = ({ f32, i32 }, args) => {
  const [indptr, indices, values, rows, count, w, ldw, units, bias, out, ldout] = args;
  const sums = new Float64Array(units);
  for (let r = 0; r < count; r++) {
    const row = indptr / 4 + (rows ? i32[rows / 4 + r] : r);
    for (let u = 0; u < units; u++) sums[u] = bias ? f32[bias / 4 + u] : 0;
    for (let k = i32[row]; k < i32[row + 1]; k++) {
      const v = f32[values / 4 + k];
      for (let u = 0, at = w / 4 + i32[indices / 4 + k] * ldw; u < units; u++, at++)
        sums[u] += v * f32[at];
    }
    f32.set(sums, out / 4 + r * ldout);
  }
};

/**
 * `sparseTransposedProduct`: out[d][u] = Σ values[k]·g[r][u]. Arguments: indptr, indices, values, rows (i32) or 0, count,
 * features, g, ldg, units, out, ldout.
 */
export const sparseTransposedProduct: JavaScriptKernel = ({ f32, i32 }, args) => {
  const [indptr, indices, values, rows, count, features, g, ldg, units, out, ldout] = args;
  for (let d = 0; d < features; d++) f32.fill(0, out / 4 + d * ldout, out / 4 + d * ldout + units);
  for (let r = 0; r < count; r++) {
    const row = indptr / 4 + (rows ? i32[rows / 4 + r] : r);
    for (let k = i32[row]; k < i32[row + 1]; k++) {
      const v = f32[values / 4 + k];
      const at = out / 4 + i32[indices / 4 + k] * ldout;
      for (let u = 0; u < units; u++) f32[at + u] += v * f32[g / 4 + r * ldg + u];
    }
  }
};

/**
 * `dualDescent`: a pass of dual coordinate descent. Arguments: indptr, indices, values, order (i32) or 0, count, w,
 * features, panels, y, coefficients, rows, own (three numbers of each row), bias, rate, whether there are signs, moved.
 */
export const dualDescent: JavaScriptKernel = (memory, args) => {
  const [, , , order, count, , , panels] = args;
  for (let panel = 0; panel < panels; panel++) {
    for (let r = 0; r < count; r++)
      moveRow(memory, args, order ? memory.i32[order / 4 + r] : r, panel);
  }
};

const PANEL = 16;
const changes = new Float64Array(PANEL);

function moveRow(
  { f32, i32 }: JavaScriptMemory,
  args: readonly number[],
  row: number,
  panel: number,
): void {
  const [indptr, indices, values, , , w, features, , y, coefficients, rows] = args;
  const [own, bias, rate, signed, moved] = args.slice(11);
  const [from, to] = [i32[indptr / 4 + row], i32[indptr / 4 + row + 1]];
  const [square, ridge, limit] = f32.subarray(own / 4 + 3 * row, own / 4 + 3 * row + 3);
  const curvature = square + ridge + rate;
  const weights = w / 4 + PANEL * panel * features;
  const outputs = PANEL * panel;
  for (let u = 0; u < PANEL; u++) changes[u] = f32[bias / 4 + outputs + u];
  for (let k = from; k < to; k++) {
    const at = weights + PANEL * i32[indices / 4 + k];
    for (let u = 0; u < PANEL; u++) changes[u] += f32[values / 4 + k] * f32[at + u];
  }
  let any = false;
  for (let u = 0, at = PANEL * (panel * rows + row); u < PANEL; u++, at++) {
    const target = f32[y / 4 + at];
    const before = f32[coefficients / 4 + at];
    let after = before + (target - changes[u] - ridge * before) / curvature;
    if (signed && target > 0) after = Math.max(0, Math.min(limit, after));
    else if (signed) after = Math.max(-limit, Math.min(0, after));
    f32[coefficients / 4 + at] = after;
    const change = f32[coefficients / 4 + at] - before;
    changes[u] = change;
    if (change === 0) continue;
    any = true;
    f32[bias / 4 + outputs + u] += rate * change;
    const most = moved / 4 + outputs + u;
    f32[most] = Math.max(f32[most], Math.abs(change) * curvature);
  }
  if (!any) return;
  for (let k = from; k < to; k++) {
    const at = weights + PANEL * i32[indices / 4 + k];
    for (let u = 0; u < PANEL; u++) f32[at + u] += f32[values / 4 + k] * changes[u];
  }
}
