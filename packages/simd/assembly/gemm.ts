import { cut, int, ptr, single } from './arguments';
import { MR, NC, NR, TILE_BYTES } from './blocks';
import { allFinite, blockDepth, dropZeroSteps, packPanels, packSix } from './pack';
import { micro, TILE_ROW } from './micro';

/**
 * out = epilogue(alpha·op(A)·op(B) + bias), float32; the epilogue is one of `Epilogue`.
 * B is packed by `packB` (ldb 0), or each part packs what it needs of op(B).
 * Each number of `out` is summed in the same order, whatever the parts are. Steps along k at which a panel of six rows
 * of A is all 0 are skipped, unless B holds an infinity or NaN: an image is mostly background.
 * Arguments: a, b, out, m, n, k, lda, a transposed, ldout, alpha, bias or 0, epilogue, factor,
 * scratch, bytes of scratch per part, parts along m, parts along n, rows of A that are packed at a time,
 * ldb or 0, b transposed, B is known to be finite, all of A packed by `packA` or 0. Scratch and rows: see matmul.ts.
 */
export function gemm(args: usize, part: i32, parts: i32): void {
  const a = ptr(args, 0);
  const b = ptr(args, 1);
  const out = ptr(args, 2);
  const m = int(args, 3);
  const n = int(args, 4);
  const k = int(args, 5);
  const lda = <usize>int(args, 6) << 2;
  const transposed = int(args, 7) != 0;
  const ldout = <usize>int(args, 8) << 2;
  const alpha = single(args, 9);
  const bias = ptr(args, 10);
  const epilogue = int(args, 11);
  const factor = single(args, 12);
  const tile = ptr(args, 13) + <usize>part * ptr(args, 14);
  const mParts = int(args, 15);
  const nParts = int(args, 16);
  const rows = int(args, 17);
  const ldb = <usize>int(args, 18) << 2;
  const depth = blockDepth(k);
  const edgeBias = tile + MR * TILE_ROW;
  const panels = tile + TILE_BYTES;
  const ownB = panels + (<usize>rows * <usize>min(depth, k) << 2);
  const steps = ownB + (ldb ? <usize>NC * <usize>min(depth, k) << 2 : 0);
  const i0 = cut(m, part / nParts, mParts, MR);
  const i1 = cut(m, part / nParts + 1, mParts, MR);
  const j0 = cut(n, part % nParts, nParts, NR);
  const j1 = cut(n, (part % nParts) + 1, nParts, NR);
  const along = transposed ? lda : 4;
  const across = transposed ? 4 : lda;
  const padded = (n + NR - 1) & -NR;
  const packedA = ptr(args, 21);

  let p = 0;
  do {
    const kc = min(depth, k - p);
    const first = p == 0;
    const last = p + kc >= k;
    let dropped = false;
    for (let jb = j0; jb < j1; ) {
      const je = ldb ? min(jb + NC, j1) : j1;
      let block = b + (<usize>p * <usize>padded << 2);
      if (ldb) {
        block = ownB - (<usize>jb * <usize>kc << 2);
        packPanels(b, block, p, kc, jb, je, n, ldb, int(args, 19) != 0);
      }
      const columns = (je - jb + NR - 1) & -NR;
      let finite = int(args, 20) ? 1 : -1;
      for (let ib = i0; ib < i1; ib += rows) {
        const ie = min(ib + rows, i1);
        const from = a + <usize>ib * across + <usize>p * along;
        const count = min(ie, m) - ib;
        let ap0 = panels, sp0 = steps;
        if (packedA) {
          ap0 = panelsOf(packedA, m, p, kc, ib);
          sp0 = stepsOf(packedA, m, k, depth, p, kc, ib);
          dropped = anyDropped(sp0, count, kc);
        } else if (jb == j0 || i1 - i0 > rows) {
          // Where all rows are packed at once, what the last columns used is still there.
          dropped = packRows(from, panels, steps, count, kc, along, across, finite != 0);
        }
        if (dropped) {
          if (finite < 0) finite = i32(allFinite(block + (<usize>jb * <usize>kc << 2), columns * kc));
          if (!finite) {
            dropped = packRows(from, panels, steps, count, kc, along, across, false);
            ap0 = panels;
            sp0 = steps;
          }
        }
        for (let j = jb; j < je; j += NR) {
          const bp = block + (<usize>j * <usize>kc << 2);
          const wide = j + NR <= n;
          let biases: usize = 0;
          if (last && bias) {
            biases = bias + (<usize>j << 2);
            if (!wide) {
              memory.copy(edgeBias, biases, <usize>(n - j) << 2);
              biases = edgeBias;
            }
          }
          for (let i = ib; i < ie; i += MR) {
            const at = <usize>(i - ib) * <usize>kc << 2;
            const ap = ap0 + at;
            const c = out + <usize>i * ldout + (<usize>j << 2);
            // How many steps of the panel are left, and behind that which.
            const sp = sp0 + at / MR + (<usize>((i - ib) / MR) << 2);
            const left = load<i32>(sp);
            if (wide && i + MR <= m) {
              if (left < kc) sparseMicro(ap, bp, sp + 4, left, c, ldout, first, last, alpha, biases, epilogue, factor);
              else micro(ap, bp, false, 0, kc, c, ldout, first, last, alpha, biases, epilogue, factor);
            } else {
              const valid = min(MR, m - i);
              const bytes = <usize>min(NR, n - j) << 2;
              if (!first) for (let r = 0; r < valid; r++) memory.copy(tile + <usize>r * TILE_ROW, c + <usize>r * ldout, bytes);
              if (left < kc) sparseMicro(ap, bp, sp + 4, left, tile, TILE_ROW, first, last, alpha, biases, epilogue, factor);
              else micro(ap, bp, false, 0, kc, tile, TILE_ROW, first, last, alpha, biases, epilogue, factor);
              for (let r = 0; r < valid; r++) memory.copy(c + <usize>r * ldout, tile + <usize>r * TILE_ROW, bytes);
            }
          }
        }
      }
      jb = je;
    }
    p += depth;
  } while (p < k);
}

// All of A, packed: the panels of each block of k, then in the same order how many steps of each are left, and which.
// @ts-ignore: decorator
@inline
function panelsOf(packed: usize, m: i32, p: i32, kc: i32, i: i32): usize {
  return packed + (<usize>panelsIn(m) * MR * <usize>p + <usize>i * <usize>kc << 2);
}

// @ts-ignore: decorator
@inline
function stepsOf(packed: usize, m: i32, k: i32, depth: i32, p: i32, kc: i32, i: i32): usize {
  const all = <usize>panelsIn(m);
  return packed + (all * MR * <usize>k + all * <usize>(p + p / depth) + <usize>(i / MR) * <usize>(kc + 1) << 2);
}

// @ts-ignore: decorator
@inline
function panelsIn(m: i32): i32 {
  return (m + MR - 1) / MR;
}

/** Packs all of A for `gemm`. Arguments: a, packed, m, k, lda, a transposed. */
export function packA(args: usize, part: i32, parts: i32): void {
  const m = int(args, 2);
  const k = int(args, 3);
  const lda = <usize>int(args, 4) << 2;
  const transposed = int(args, 5) != 0;
  const along = transposed ? lda : 4;
  const across = transposed ? 4 : lda;
  const depth = blockDepth(k);
  const packed = ptr(args, 1);
  const i0 = cut(m, part, parts, MR);
  const count = cut(m, part + 1, parts, MR) - i0;
  for (let p = 0; p < k; p += depth) {
    const kc = min(depth, k - p);
    const from = ptr(args, 0) + <usize>i0 * across + <usize>p * along;
    packRows(from, panelsOf(packed, m, p, kc, i0), stepsOf(packed, m, k, depth, p, kc, i0), count, kc, along, across, true);
  }
}

function anyDropped(steps: usize, count: i32, kc: i32): bool {
  for (let i = 0; i < count; i += MR) {
    if (load<i32>(steps + (<usize>(i / MR) * <usize>(kc + 1) << 2)) < kc) return true;
  }
  return false;
}

/** Packs `count` rows of A in panels of six, and drops steps if asked to. Returns whether one was dropped. */
function packRows(from: usize, panels: usize, steps: usize, count: i32, kc: i32, along: usize, across: usize, drop: bool): bool {
  let any = false;
  for (let i = 0; i < count; i += MR) {
    const panel = panels + (<usize>i * <usize>kc << 2);
    const sp = steps + (<usize>(i / MR) * <usize>(kc + 1) << 2);
    packSix(from + <usize>i * across, panel, min(MR, count - i), kc, along, across);
    const left = drop ? dropZeroSteps(panel, sp + 4, kc) : kc;
    store<i32>(sp, left);
    any = any || left < kc;
  }
  return any;
}

/** `micro` where steps of the panel were dropped. */
function sparseMicro(ap: usize, bp: usize, steps: usize, kc: i32, c: usize, ld: usize, first: bool, last: bool, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  micro(ap, bp, true, steps, kc, c, ld, first, last, alpha, bias, epilogue, factor);
}
