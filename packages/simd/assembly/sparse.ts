import { cut, int, ptr } from './arguments';
import { madd } from './lanes';
import { loadUpTo4, storeUpTo4 } from './tails';

// Compressed sparse rows: the numbers of row i lie in `values` from indptr[i] to indptr[i + 1], their columns at the
// same places of `indices`. Dense operands have a row per column of theirs, so a number meets all outputs side by side.

/** Where the numbers of a row begin, in bytes. */
// @ts-ignore: decorator
@inline
export function startOf(indptr: usize, rows: usize, r: i32): usize {
  return indptr + (<usize>(rows ? load<i32>(rows + (<usize>r << 2)) : r) << 2);
}

/**
 * out[r][u] = Σ_k values[k]·w[indices[k]][u] + bias[u] over the numbers k of row rows[r], float32, in their order.
 * Arguments: indptr, indices, values, rows (i32) or 0 for all in order, count, w, ldw, units, bias or 0, out, ldout.
 */
export function sparseProduct(args: usize, part: i32, parts: i32): void {
  const indices = ptr(args, 1);
  const values = ptr(args, 2);
  const w = ptr(args, 5);
  const ldw = <usize>int(args, 6) << 2;
  const bytes = <usize>int(args, 7) << 2;
  const bias = ptr(args, 8);
  const ldout = <usize>int(args, 10) << 2;
  const last = cut(int(args, 4), part + 1, parts, 16);
  for (let r = cut(int(args, 4), part, parts, 16); r < last; r++) {
    const at = startOf(ptr(args, 0), ptr(args, 3), r);
    const from = <usize>load<u32>(at) << 2;
    const to = <usize>load<u32>(at, 4) << 2;
    const out = ptr(args, 9) + <usize>r * ldout;
    let u: usize = 0;
    for (; u + 64 <= bytes; u += 64) {
      const x = bias + u;
      const none = f32x4.splat(0);
      let a = bias ? v128.load(x) : none, b = bias ? v128.load(x, 16) : none;
      let c = bias ? v128.load(x, 32) : none, d = bias ? v128.load(x, 48) : none;
      for (let k = from; k < to; k += 4) {
        const v = v128.load_splat<f32>(values + k);
        const y = w + <usize>load<u32>(indices + k) * ldw + u;
        a = madd(v, v128.load(y), a);
        b = madd(v, v128.load(y, 16), b);
        c = madd(v, v128.load(y, 32), c);
        d = madd(v, v128.load(y, 48), d);
      }
      v128.store(out + u, a);
      v128.store(out + u, b, 16);
      v128.store(out + u, c, 32);
      v128.store(out + u, d, 48);
    }
    for (; u < bytes; u += 16) {
      const rest = bytes - u;
      let a = bias ? loadUpTo4(bias + u, rest) : f32x4.splat(0);
      for (let k = from; k < to; k += 4) {
        const y = w + <usize>load<u32>(indices + k) * ldw + u;
        a = madd(v128.load_splat<f32>(values + k), loadUpTo4(y, rest), a);
      }
      storeUpTo4(out + u, a, rest);
    }
  }
}

/**
 * out[d][u] = Σ values[k]·g[r][u] over the numbers k in column d of the rows rows[r], float32, in the order of the rows.
 * Arguments: indptr, indices, values, rows (i32) or 0, count, features, g, ldg, units, out, ldout.
 */
export function sparseTransposedProduct(args: usize, part: i32, parts: i32): void {
  const indptr = ptr(args, 0);
  const rows = ptr(args, 3);
  const count = int(args, 4);
  const features = int(args, 5);
  const g = ptr(args, 6);
  const ldg = <usize>int(args, 7) << 2;
  const units = int(args, 8);
  const out = ptr(args, 9);
  const ldout = <usize>int(args, 10) << 2;
  // The outputs of a part, 16 at a time, so that what is added to stays in the second cache.
  const last = <usize>cut(units, part + 1, parts, 16) << 2;
  for (let u = <usize>cut(units, part, parts, 16) << 2; u < last; u += 64) {
    const bytes = min<usize>(64, last - u);
    for (let d = 0; d < features; d++) memory.fill(out + <usize>d * ldout + u, 0, bytes);
    for (let r = 0; r < count; r++) {
      const at = startOf(indptr, rows, r);
      addRow(ptr(args, 1), ptr(args, 2), load<u32>(at), load<u32>(at, 4), g + <usize>r * ldg + u, out + u, ldout, bytes);
    }
  }
}

/** out[indices[k]] += values[k]·x for the numbers of a row, `bytes` of each row of `out`: 64 or fewer. */
function addRow(indices: usize, values: usize, first: u32, end: u32, x: usize, out: usize, ldout: usize, bytes: usize): void {
  const from = <usize>first << 2;
  const to = <usize>end << 2;
  if (bytes === 64) {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
    for (let k = from; k < to; k += 4) {
      const v = v128.load_splat<f32>(values + k);
      const y = out + <usize>load<u32>(indices + k) * ldout;
      v128.store(y, madd(v, a, v128.load(y)));
      v128.store(y, madd(v, b, v128.load(y, 16)), 16);
      v128.store(y, madd(v, c, v128.load(y, 32)), 32);
      v128.store(y, madd(v, d, v128.load(y, 48)), 48);
    }
    return;
  }
  for (let u: usize = 0; u < bytes; u += 16) {
    const rest = bytes - u;
    const a = loadUpTo4(x + u, rest);
    for (let k = from; k < to; k += 4) {
      const v = v128.load_splat<f32>(values + k);
      const y = out + <usize>load<u32>(indices + k) * ldout + u;
      storeUpTo4(y, madd(v, a, loadUpTo4(y, rest)), rest);
    }
  }
}
