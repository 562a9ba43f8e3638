import { cut, int, ptr } from './arguments';
import { KC64, MR64 } from './blocks';

/** The depth of the blocks into which k is cut: nearly equal, a multiple of 4, at most KC64. */
export function blockDepth64(k: i32): i32 {
  const blocks = max((k + KC64 - 1) / KC64, 1);
  return ((k + blocks - 1) / blocks + 3) & ~3;
}

/**
 * Packs B (k×n, or n×k when transposed) for `gemm64`: blocks of k, which hold panels, which hold rows of MR64
 * numbers. Columns past n are 0.
 * Arguments: b, packed, n, k, ld, transposed.
 */
export function packB64(args: usize, part: i32, parts: i32): void {
  const b = ptr(args, 0);
  const packed = ptr(args, 1);
  const n = int(args, 2);
  const k = int(args, 3);
  const ld = <usize>int(args, 4) << 3;
  const transposed = int(args, 5) != 0;
  const along = transposed ? 8 : ld;
  const across = transposed ? ld : 8;
  const depth = blockDepth64(k);
  const padded = (n + 3) & ~3;
  const j0 = cut(n, part, parts, 2 * MR64);
  const j1 = cut(n, part + 1, parts, 2 * MR64);
  for (let p = 0; p < k; p += depth) {
    const kc = min(depth, k - p);
    const block = packed + (<usize>p * <usize>padded << 3);
    // A few rows at a time, so that the rest of a cache line is still there for the next panel.
    for (let q = 0; q < kc; q += 16) {
      const some = min(16, kc - q);
      for (let j = j0; j < j1; j += MR64) {
        const from = b + <usize>(p + q) * along + <usize>j * across;
        const to = block + (<usize>j * <usize>kc << 3) + (<usize>q << 5);
        packQuad64(from, to, min(MR64, n - j), some, along, across, 1);
      }
    }
  }
}

/**
 * Copies four lines (rows of A, columns of B) of `kc` numbers, times alpha, so that the four numbers of each step
 * along k lie side by side. `along` and `across` are the bytes from one k, and from one line,
 * to the next. Only `valid` lines exist; the others become 0.
 */
export function packQuad64(from: usize, to: usize, valid: i32, kc: i32, along: usize, across: usize, alpha: f64): void {
  const alphas = f64x2.splat(alpha);
  let p = 0;
  if (valid == 4 && across == 8) {
    for (; p < kc; p++) {
      v128.store(to, f64x2.mul(alphas, v128.load(from)));
      v128.store(to, f64x2.mul(alphas, v128.load(from, 16)), 16);
      from += along;
      to += 32;
    }
  } else if (valid == 4 && along == 8) {
    for (; p + 2 <= kc; p += 2) {
      const a = f64x2.mul(alphas, v128.load(from));
      const b = f64x2.mul(alphas, v128.load(from + across));
      const c = f64x2.mul(alphas, v128.load(from + 2 * across));
      const d = f64x2.mul(alphas, v128.load(from + 3 * across));
      v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(to, v128.shuffle<f64>(c, d, 0, 2), 16);
      v128.store(to, v128.shuffle<f64>(a, b, 1, 3), 32);
      v128.store(to, v128.shuffle<f64>(c, d, 1, 3), 48);
      from += 16;
      to += 64;
    }
  }
  for (; p < kc; p++) {
    for (let r = 0; r < 4; r++) {
      store<f64>(to + (<usize>r << 3), r < valid ? alpha * load<f64>(from + <usize>r * across) : 0);
    }
    from += along;
    to += 32;
  }
}
