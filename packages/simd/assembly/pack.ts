import { cut, int, ptr } from './arguments';
import { KC, NR } from './blocks';

/** The bytes of one step in a panel of B. */
export const STEP: usize = <usize>NR << 2;

/** The depth of the blocks into which k is cut: nearly equal, a multiple of 4, at most KC. */
export function blockDepth(k: i32): i32 {
  const blocks = max((k + KC - 1) / KC, 1);
  return ((k + blocks - 1) / blocks + 3) & ~3;
}

/**
 * Packs B (k×n, or n×k when transposed) for `gemm`: blocks of k, which hold panels, which hold rows of NR
 * numbers. Columns past n are 0.
 * Arguments: b, packed, n, k, ld, transposed.
 */
export function packB(args: usize, part: i32, parts: i32): void {
  const b = ptr(args, 0);
  const packed = ptr(args, 1);
  const n = int(args, 2);
  const k = int(args, 3);
  const ld = <usize>int(args, 4) << 2;
  const transposed = int(args, 5) != 0;
  const depth = blockDepth(k);
  const padded = (n + NR - 1) & -NR;
  const j0 = cut(n, part, parts, NR);
  const j1 = cut(n, part + 1, parts, NR);
  for (let p = 0; p < k; p += depth) {
    const block = packed + (<usize>p * <usize>padded << 2);
    packPanels(b, block, p, min(depth, k - p), j0, j1, n, ld, transposed);
  }
}

/** Packs the columns j0 to j1 and the rows p to p + kc of B. Panel j lies at block + j·kc·4. */
export function packPanels(b: usize, block: usize, p: i32, kc: i32, j0: i32, j1: i32, n: i32, ld: usize, transposed: bool): void {
  let j = j0;
  if (!transposed) {
    const whole = j0 + ((min(n, j1) - j0) & -NR);
    packWhole(b + <usize>p * ld, block, j0, whole, kc, ld);
    j = whole;
  }
  const along = transposed ? 4 : ld;
  const across = transposed ? ld : 4;
  for (; j < j1; j += NR) {
    const to = block + (<usize>j * <usize>kc << 2);
    const from = b + <usize>p * along + <usize>j * across;
    for (let q = 0; q < NR; q += 4) {
      packQuad(from + <usize>q * across, to + (<usize>q << 2), STEP, max(0, min(4, n - j - q)), kc, along, across);
    }
  }
}

/** Panels of B where it is not transposed: eight rows at a time, so that each cache line is read once. */
function packWhole(rows: usize, block: usize, j0: i32, j1: i32, kc: i32, ld: usize): void {
  for (let p = 0; p < kc; p += 8) {
    const end = min(p + 8, kc);
    for (let j = j0; j < j1; j += NR) {
      let from = rows + <usize>p * ld + (<usize>j << 2);
      let to = block + (<usize>j * <usize>kc << 2) + <usize>p * STEP;
      for (let r = p; r < end; r++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        if (NR == 16) {
          v128.store(to, v128.load(from, 32), 32);
          v128.store(to, v128.load(from, 48), 48);
        }
        from += ld;
        to += STEP;
      }
    }
  }
}

/**
 * Copies six rows of A, of `kc` numbers, so that the six numbers of each step along k lie side by side.
 * Where fewer than six rows are valid, the others may hold anything, since their results are not used.
 */
export function packSix(from: usize, to: usize, valid: i32, kc: i32, along: usize, across: usize): void {
  let p = 0;
  if (along == 4) {
    const last = valid - 1;
    for (; p + 4 <= kc; p += 4) {
      const a = v128.load(from);
      const b = v128.load(from + <usize>min(1, last) * across);
      const c = v128.load(from + <usize>min(2, last) * across);
      const d = v128.load(from + <usize>min(3, last) * across);
      const e = v128.load(from + <usize>min(4, last) * across);
      const f = v128.load(from + <usize>last * across);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const ef0 = v128.shuffle<f32>(e, f, 0, 4, 1, 5);
      const ef1 = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<i64>(ab0, cd0, 0, 2));
      v128.store(to, v128.shuffle<i64>(ef0, ab0, 0, 3), 16);
      v128.store(to, v128.shuffle<i64>(cd0, ef0, 1, 3), 32);
      v128.store(to, v128.shuffle<i64>(ab1, cd1, 0, 2), 48);
      v128.store(to, v128.shuffle<i64>(ef1, ab1, 0, 3), 64);
      v128.store(to, v128.shuffle<i64>(cd1, ef1, 1, 3), 80);
      from += 16;
      to += 96;
    }
  } else if (valid == 6 && across == 4) {
    for (; p < kc; p++) {
      v128.store(to, v128.load(from));
      store<u64>(to, load<u64>(from, 16), 16);
      from += along;
      to += 24;
    }
  }
  for (; p < kc; p++) {
    for (let r = 0; r < valid; r++) store<f32>(to + (<usize>r << 2), load<f32>(from + <usize>r * across));
    from += along;
    to += 24;
  }
}

/**
 * Drops the steps of a panel by `packSix` whose six numbers are all 0, since they add nothing. Writes to `steps`
 * which bytes of a panel of B go with each step that is left. Returns how many are left.
 */
export function dropZeroSteps(panel: usize, steps: usize, kc: i32): i32 {
  let from = panel, to = panel, step = steps;
  const magnitude = i32x4.splat(0x7fffffff);
  for (let p = 0; p < kc; p++, from += 24) {
    const head = v128.load(from);
    const tail = v128.load64_zero(from + 16);
    if (!v128.any_true(v128.and(v128.or(head, tail), magnitude))) continue;
    v128.store(to, head);
    store<u64>(to, i64x2.extract_lane(tail, 0), 16);
    store<i32>(step, p * <i32>STEP);
    to += 24;
    step += 4;
  }
  return <i32>(step - steps) >> 2;
}

/** Whether `count` numbers (a multiple of 8) hold no infinity and no NaN. */
export function allFinite(x: usize, count: i32): bool {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (const end = x + (<usize>count << 2); x < end; x += 32) {
    sum = f32x4.add(sum, f32x4.add(f32x4.mul(v128.load(x), zero), f32x4.mul(v128.load(x, 16), zero)));
  }
  return i32x4.all_true(f32x4.eq(sum, sum));
}

/**
 * Copies four columns of B, of `kc` numbers, so that the four numbers of each step along k lie
 * side by side. Steps are `stride` bytes apart in the copy; `along` and `across` are the
 * bytes from one k, and from one column, to the next. Only `valid` columns exist; the others become 0.
 */
export function packQuad(from: usize, to: usize, stride: usize, valid: i32, kc: i32, along: usize, across: usize): void {
  let p = 0;
  if (valid == 4 && across == 4) {
    for (; p < kc; p++) {
      v128.store(to, v128.load(from));
      from += along;
      to += stride;
    }
  } else if (valid == 4 && along == 4) {
    for (; p + 4 <= kc; p += 4) {
      const a = v128.load(from);
      const b = v128.load(from + across);
      const c = v128.load(from + 2 * across);
      const d = v128.load(from + 3 * across);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
      v128.store(to + stride, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
      v128.store(to + 2 * stride, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
      v128.store(to + 3 * stride, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
      from += 16;
      to += 4 * stride;
    }
  }
  for (; p < kc; p++) {
    for (let r = 0; r < 4; r++) {
      store<f32>(to + (<usize>r << 2), r < valid ? load<f32>(from + <usize>r * across) : 0);
    }
    from += along;
    to += stride;
  }
}
