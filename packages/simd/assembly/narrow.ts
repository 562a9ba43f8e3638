import { cut, int, ptr, single } from './arguments';
import { FEATURE_BLOCK, UNIT_BYTES } from './blocks';
import { FeatureType } from './operations';
import { transposedBlock } from './rows-product';

/** out = xᵀ: out[i][j] = x[j][i], float32. Arguments: x, out, rows of out, columns of out, ldx, ldout. */
export function transpose(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 0);
  const out = ptr(args, 1);
  const m = int(args, 2);
  const n = int(args, 3);
  const ldx = <usize>int(args, 4) << 2;
  const ldout = <usize>int(args, 5) << 2;
  // Cut along the longer side.
  const tall = m >= n;
  const i1 = tall ? cut(m, part + 1, parts, 16) : m;
  const j0 = tall ? 0 : cut(n, part, parts, 16);
  const j1 = tall ? n : cut(n, part + 1, parts, 16);
  turn(x, out, tall ? cut(m, part, parts, 16) : 0, i1, j0, j1, ldx, ldout);
}

/** Rows i to i1 and columns j0 to j1 of out = xᵀ. Strides are in bytes. */
function turn(x: usize, out: usize, i: i32, i1: i32, j0: i32, j1: i32, ldx: usize, ldout: usize): void {
  if (j1 - j0 >= 4) {
    for (; i + 4 <= i1; i += 4) {
      for (let j = j0; j < j1; j += 4) {
        // Do the last four again rather than fewer than four.
        const at = min(j, j1 - 4);
        const from = x + <usize>at * ldx + (<usize>i << 2);
        const to = out + <usize>i * ldout + (<usize>at << 2);
        const a = v128.load(from), b = v128.load(from + ldx);
        const c = v128.load(from + (ldx << 1)), d = v128.load(from + ldx + (ldx << 1));
        const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<i64>(ab0, cd0, 0, 2));
        v128.store(to + ldout, v128.shuffle<i64>(ab0, cd0, 1, 3));
        v128.store(to + (ldout << 1), v128.shuffle<i64>(ab1, cd1, 0, 2));
        v128.store(to + ldout + (ldout << 1), v128.shuffle<i64>(ab1, cd1, 1, 3));
      }
    }
  }
  for (; i < i1; i++) {
    for (let j = j0; j < j1; j++) {
      store<f32>(out + <usize>i * ldout + (<usize>j << 2), load<f32>(x + <usize>j * ldx + (<usize>i << 2)));
    }
  }
}

/**
 * out[d][u] = Σ_r z[r][d]·g[r][u], float32: blocks of the transposed product, each turned while it is in the first
 * cache. Arguments: z, ldz, count, features, g, ldg, units, out, ldout, scratch, bytes of scratch per part.
 */
export function narrowTransposed(args: usize, part: i32, parts: i32): void {
  const ldz = <usize>int(args, 1) << 2;
  const ldg = <usize>int(args, 5) << 2;
  const units = int(args, 6);
  const ldout = <usize>int(args, 8) << 2;
  const block = ptr(args, 9) + <usize>part * ptr(args, 10);
  const last = cut(int(args, 3), part + 1, parts, 16);
  for (let d = cut(int(args, 3), part, parts, 16); d < last; d += FEATURE_BLOCK) {
    const n = min(FEATURE_BLOCK, last - d);
    const z = ptr(args, 0) + (<usize>d << 2);
    transposedBlock(z, ldz, 0, int(args, 2), ptr(args, 4), ldg, units, block, UNIT_BYTES, <usize>n << 2, FeatureType.float32, 0);
    turn(block, ptr(args, 7) + <usize>d * ldout, 0, n, 0, units, UNIT_BYTES, ldout);
  }
}

/** x[i][j] = epilogue(alpha·x[i][j] + bias[j]), in place. Arguments: x, m, n, ld, alpha, bias or 0, relu. */
export function finishProduct(args: usize, part: i32, parts: i32): void {
  const n = <usize>int(args, 2) << 2;
  const ld = <usize>int(args, 3) << 2;
  const alpha = single(args, 4);
  const bias = ptr(args, 5);
  const relu = int(args, 6) != 0;
  const last = cut(int(args, 1), part + 1, parts, 16);
  for (let i = cut(int(args, 1), part, parts, 16); i < last; i++) {
    const row = ptr(args, 0) + <usize>i * ld;
    for (let j: usize = 0; j < n; j += 4) {
      let v = alpha * load<f32>(row + j);
      if (bias) v += load<f32>(bias + j);
      // Not below 0, and NaN stays.
      store<f32>(row + j, relu ? max<f32>(v, 0) : v);
    }
  }
}
