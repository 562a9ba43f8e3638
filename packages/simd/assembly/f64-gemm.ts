import { cut, double, int, ptr } from './arguments';
import { MC64, MR64 } from './blocks';
import { blockDepth64, packQuad64 } from './f64-pack';
import { madd64 } from './lanes';

/**
 * out = alpha·op(A)·B, or out += alpha·op(A)·B, float64; only where column <= row when `lower`.
 * B is packed by `packB64`. Each number of `out` is summed in the same order, whatever the parts are.
 * Arguments: a, packed b, out, m, n, k, lda, a transposed, ldout, alpha, accumulate, lower, scratch,
 * bytes of scratch per part, parts along m, parts along n.
 */
export function gemm64(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const packed = ptr(args, 1);
  const out = ptr(args, 2);
  const m = int(args, 3);
  const n = int(args, 4);
  const k = int(args, 5);
  const lda = <usize>int(args, 6) << 3;
  const transposed = int(args, 7) != 0;
  const ldout = <usize>int(args, 8) << 3;
  const alpha = double(args, 9);
  const accumulate = int(args, 10) != 0;
  const lower = int(args, 11) != 0;
  const tile = ptr(args, 12) + <usize>part * ptr(args, 13);
  const panels = tile + 128;
  const mParts = int(args, 14);
  const nParts = int(args, 15);
  const i0 = cut(m, part / nParts, mParts, MR64);
  const i1 = cut(m, part / nParts + 1, mParts, MR64);
  const j0 = cut(n, part % nParts, nParts, 2 * MR64);
  const j1 = cut(n, (part % nParts) + 1, nParts, 2 * MR64);
  if (lower && j0 >= i1) return;
  const along = transposed ? lda : 8;
  const across = transposed ? 8 : lda;
  const padded = (n + 3) & ~3;
  const depth = blockDepth64(k);

  let p = 0;
  do {
    const kc = min(depth, k - p);
    const fresh = p == 0 && !accumulate;
    const block = packed + (<usize>p * <usize>padded << 3);
    for (let ib = i0; ib < i1; ib += MC64) {
      const ie = min(ib + MC64, i1);
      if (lower && j0 >= ie) continue;
      for (let i = ib; i < ie; i += MR64) {
        const to = panels + (<usize>(i - ib) * <usize>kc << 3);
        packQuad64(a + <usize>i * across + <usize>p * along, to, min(MR64, m - i), kc, along, across, alpha);
      }
      for (let j = j0; j < j1; j += MR64) {
        const bp = block + (<usize>j * <usize>kc << 3);
        // Both are multiples of MR64, so a tile is below the diagonal, above it, or on it.
        for (let i = lower ? max(ib, j) : ib; i < ie; i += MR64) {
          const ap = panels + (<usize>(i - ib) * <usize>kc << 3);
          const c = out + <usize>i * ldout + (<usize>j << 3);
          const onDiagonal = lower && i == j;
          if (!onDiagonal && j + MR64 <= n && i + MR64 <= m) {
            micro64(ap, bp, kc, c, ldout, fresh);
          } else {
            const rows = min(MR64, m - i);
            const columns = min(MR64, n - j);
            for (let r = 0; r < rows; r++) {
              const bytes = <usize>(onDiagonal ? min(r + 1, columns) : columns) << 3;
              memory.copy(tile + (<usize>r << 5), c + <usize>r * ldout, bytes);
            }
            micro64(ap, bp, kc, tile, 32, fresh);
            for (let r = 0; r < rows; r++) {
              const bytes = <usize>(onDiagonal ? min(r + 1, columns) : columns) << 3;
              memory.copy(c + <usize>r * ldout, tile + (<usize>r << 5), bytes);
            }
          }
        }
      }
    }
    p += depth;
  } while (p < k);
}

/** Four rows by four columns of the product, over kc steps. */
// @ts-ignore: decorator
@inline
function micro64(ap: usize, bp: usize, kc: i32, c: usize, ld: usize, fresh: bool): void {
  let c00 = f64x2.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const r1 = c + ld, r2 = r1 + ld, r3 = r2 + ld;
  if (!fresh) {
    c00 = v128.load(c); c01 = v128.load(c, 16);
    c10 = v128.load(r1); c11 = v128.load(r1, 16);
    c20 = v128.load(r2); c21 = v128.load(r2, 16);
    c30 = v128.load(r3); c31 = v128.load(r3, 16);
  }
  let a = ap, b = bp;
  for (const end = ap + (<usize>kc << 5); a < end; a += 32, b += 32) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load_splat<f64>(a); c00 = madd64(s, b0, c00); c01 = madd64(s, b1, c01);
    s = v128.load_splat<f64>(a, 8); c10 = madd64(s, b0, c10); c11 = madd64(s, b1, c11);
    s = v128.load_splat<f64>(a, 16); c20 = madd64(s, b0, c20); c21 = madd64(s, b1, c21);
    s = v128.load_splat<f64>(a, 24); c30 = madd64(s, b0, c30); c31 = madd64(s, b1, c31);
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  v128.store(r1, c10); v128.store(r1, c11, 16);
  v128.store(r2, c20); v128.store(r2, c21, 16);
  v128.store(r3, c30); v128.store(r3, c31, 16);
}
