import { cut, int, ptr } from './arguments';
import { FEATURE_BLOCK } from './blocks';
import { widen } from './half';
import { madd } from './lanes';
import { FeatureType } from './operations';
import { loadSome, storeSome } from './tails';

// Features of 16 bits are widened a block at a time, into memory that stays in the first cache.

// @ts-ignore: decorator
@inline
function rowAt(z: usize, ldz: usize, rows: usize, r: i32): usize {
  return z + <usize>(rows ? load<i32>(rows + (<usize>r << 2)) : r) * ldz;
}

/** Bytes of a number, as a power of two. */
// @ts-ignore: decorator
@inline
function shiftOf(type: i32): usize { return type == FeatureType.float32 ? 2 : 1; }

/** The `bytes` of float32 at `x`: where they lie, or widened into `block`. */
// @ts-ignore: decorator
@inline
function float32At(x: usize, block: usize, bytes: usize, type: i32): usize {
  if (type == FeatureType.float32) return x;
  widen(x, block, bytes >> 2, type);
  return block;
}

/**
 * out[r][u] = Σ_d z[rows[r]][d]·w[u][d] + bias[u], float32. The rows are picked by index and read where they lie.
 * Arguments: z, ldz, rows (i32) or 0 for all in order, count, features, w, ldw, units, bias or 0, out, ldout, scratch of
 * two blocks per part for features of 16 bits, type of z.
 */
export function rowsProduct(args: usize, part: i32, parts: i32): void {
  const rows = ptr(args, 2);
  const type = int(args, 12);
  const ldz = <usize>int(args, 1) << shiftOf(type);
  const blocks = ptr(args, 11) + <usize>part * (2 * BLOCK_BYTES);
  const features = int(args, 4);
  const ldw = <usize>int(args, 6) << 2;
  const units = int(args, 7);
  const bias = ptr(args, 8);
  const ldout = <usize>int(args, 10) << 2;
  const r0 = cut(int(args, 3), part, parts, 2);
  const r1 = cut(int(args, 3), part + 1, parts, 2);
  for (let r = r0; r < r1; r++) {
    const out = ptr(args, 9) + <usize>r * ldout;
    for (let u: usize = 0; u < <usize>units << 2; u += 4) store<f32>(out + u, bias ? load<f32>(bias + u) : 0);
  }
  for (let d = 0; d < features; d += FEATURE_BLOCK) {
    const at = <usize>d << 2;
    const bytes = <usize>min(FEATURE_BLOCK, features - d) << 2;
    for (let r = r0; r < r1; r += 2) {
      const two = r + 1 < r1;
      const from = <usize>d << shiftOf(type);
      const y = float32At(rowAt(ptr(args, 0), ldz, rows, r) + from, blocks, bytes, type);
      // A single row at the end is computed twice.
      const z = two ? float32At(rowAt(ptr(args, 0), ldz, rows, r + 1) + from, blocks + BLOCK_BYTES, bytes, type) : y;
      const out = ptr(args, 9) + <usize>r * ldout;
      let w = ptr(args, 5) + at;
      let o = out;
      for (let u = units; u > 0; ) {
        const below = two ? o + ldout : 0;
        if (u >= 5 && u != 6) { dots(5, y, z, w, ldw, bytes, o, below); u -= 5; o += 20; w += 5 * ldw; }
        else if (u >= 3) { dots(3, y, z, w, ldw, bytes, o, below); u -= 3; o += 12; w += 3 * ldw; }
        else { dots(1, y, z, w, ldw, bytes, o, below); u -= 1; o += 4; w += ldw; }
      }
    }
  }
}

/** Bytes of one row's block of float32. */
const BLOCK_BYTES: usize = FEATURE_BLOCK << 2;

/** Two rows times `units` (a constant: 1, 3 or 5) rows of w, added to out. */
// @ts-ignore: decorator
@inline
function dots(units: i32, y: usize, z: usize, w: usize, ldw: usize, bytes: usize, out: usize, below: usize): void {
  const w1 = w + ldw, w2 = w1 + ldw, w3 = w2 + ldw, w4 = w3 + ldw;
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0;
  let d: usize = 0;
  for (const whole = bytes & ~15; d < whole; d += 16) {
    const s = v128.load(y + d), t = v128.load(z + d);
    let x = v128.load(w + d); a0 = madd(s, x, a0); b0 = madd(t, x, b0);
    if (units > 1) { x = v128.load(w1 + d); a1 = madd(s, x, a1); b1 = madd(t, x, b1); }
    if (units > 1) { x = v128.load(w2 + d); a2 = madd(s, x, a2); b2 = madd(t, x, b2); }
    if (units > 3) { x = v128.load(w3 + d); a3 = madd(s, x, a3); b3 = madd(t, x, b3); }
    if (units > 3) { x = v128.load(w4 + d); a4 = madd(s, x, a4); b4 = madd(t, x, b4); }
  }
  if (d < bytes) {
    const s = loadSome(y + d, bytes - d), t = loadSome(z + d, bytes - d);
    let x = loadSome(w + d, bytes - d); a0 = madd(s, x, a0); b0 = madd(t, x, b0);
    if (units > 1) { x = loadSome(w1 + d, bytes - d); a1 = madd(s, x, a1); b1 = madd(t, x, b1); }
    if (units > 1) { x = loadSome(w2 + d, bytes - d); a2 = madd(s, x, a2); b2 = madd(t, x, b2); }
    if (units > 3) { x = loadSome(w3 + d, bytes - d); a3 = madd(s, x, a3); b3 = madd(t, x, b3); }
    if (units > 3) { x = loadSome(w4 + d, bytes - d); a4 = madd(s, x, a4); b4 = madd(t, x, b4); }
  }
  put(units, out, a0, a1, a2, a3, a4);
  if (below) put(units, below, b0, b1, b2, b3, b4);
}

// @ts-ignore: decorator
@inline
function put(units: i32, out: usize, a: v128, b: v128, c: v128, d: v128, e: v128): void {
  store<f32>(out, load<f32>(out) + total(a));
  if (units > 1) {
    store<f32>(out, load<f32>(out, 4) + total(b), 4);
    store<f32>(out, load<f32>(out, 8) + total(c), 8);
  }
  if (units > 3) {
    store<f32>(out, load<f32>(out, 12) + total(d), 12);
    store<f32>(out, load<f32>(out, 16) + total(e), 16);
  }
}

// @ts-ignore: decorator
@inline
function total(a: v128): f32 {
  const b = f32x4.add(a, v128.shuffle<i64>(a, a, 1, 0));
  return f32x4.extract_lane(b, 0) + f32x4.extract_lane(b, 1);
}

/**
 * out[u][d] = Σ_r g[r][u]·z[rows[r]][d], float32.
 * Arguments: z, ldz, rows (i32) or 0, count, features, g, ldg, units, out, ldout, scratch of four blocks per part for
 * features of 16 bits, type of z.
 */
export function rowsTransposedProduct(args: usize, part: i32, parts: i32): void {
  const rows = ptr(args, 2);
  const type = int(args, 11);
  const ldz = <usize>int(args, 1) << shiftOf(type);
  const blocks = ptr(args, 10) + <usize>part * (4 * BLOCK_BYTES);
  const count = int(args, 3);
  const features = int(args, 4);
  const ldg = <usize>int(args, 6) << 2;
  const units = int(args, 7);
  const ldout = <usize>int(args, 9) << 2;
  const last = cut(features, part + 1, parts, 16);
  for (let d = cut(features, part, parts, 16); d < last; d += FEATURE_BLOCK) {
    const at = <usize>d << 2;
    const bytes = <usize>min(FEATURE_BLOCK, last - d) << 2;
    const z = ptr(args, 0) + (<usize>d << shiftOf(type));
    transposedBlock(z, ldz, rows, count, ptr(args, 5), ldg, units, ptr(args, 8) + at, ldout, bytes, type, blocks);
  }
}

/**
 * out[u][d] = Σ_r g[r][u]·z[rows[r]][d] for a block of features, `bytes` of float32 of each row. Strides are in bytes.
 */
export function transposedBlock(z: usize, ldz: usize, rows: usize, count: i32, from: usize, ldg: usize, units: i32, out: usize, ldout: usize, bytes: usize, type: i32, blocks: usize): void {
  for (let u = 0; u < units; u++) memory.fill(out + <usize>u * ldout, 0, bytes);
  for (let r = 0; r < count; ) {
    const four = r + 4 <= count;
    const z0 = float32At(rowAt(z, ldz, rows, r), blocks, bytes, type);
    const z1 = four ? float32At(rowAt(z, ldz, rows, r + 1), blocks + BLOCK_BYTES, bytes, type) : 0;
    const z2 = four ? float32At(rowAt(z, ldz, rows, r + 2), blocks + 2 * BLOCK_BYTES, bytes, type) : 0;
    const z3 = four ? float32At(rowAt(z, ldz, rows, r + 3), blocks + 3 * BLOCK_BYTES, bytes, type) : 0;
    let g = from + <usize>r * ldg;
    let o = out;
    for (let u = units; u > 0; ) {
      if (u > 1) {
        if (four) outer(4, 2, z0, z1, z2, z3, g, ldg, o, ldout, bytes);
        else outer(1, 2, z0, 0, 0, 0, g, ldg, o, ldout, bytes);
        u -= 2; g += 8; o += 2 * ldout;
      } else {
        if (four) outer(4, 1, z0, z1, z2, z3, g, ldg, o, ldout, bytes);
        else outer(1, 1, z0, 0, 0, 0, g, ldg, o, ldout, bytes);
        u -= 1;
      }
    }
    r += four ? 4 : 1;
  }
}

/** Four rows or one, times two units or one (constants), added to out. */
// @ts-ignore: decorator
@inline
function outer(height: i32, width: i32, z0: usize, z1: usize, z2: usize, z3: usize, g: usize, ldg: usize, o: usize, ldout: usize, bytes: usize): void {
  const g1 = g + ldg, g2 = g1 + ldg, g3 = g2 + ldg;
  const p = o + ldout;
  const zero = f32x4.splat(0);
  const a0 = v128.load_splat<f32>(g), b0 = width > 1 ? v128.load_splat<f32>(g, 4) : zero;
  const a1 = height > 1 ? v128.load_splat<f32>(g1) : zero, b1 = height > 1 && width > 1 ? v128.load_splat<f32>(g1, 4) : zero;
  const a2 = height > 1 ? v128.load_splat<f32>(g2) : zero, b2 = height > 1 && width > 1 ? v128.load_splat<f32>(g2, 4) : zero;
  const a3 = height > 1 ? v128.load_splat<f32>(g3) : zero, b3 = height > 1 && width > 1 ? v128.load_splat<f32>(g3, 4) : zero;
  let d: usize = 0;
  for (const whole = bytes & ~15; d < whole; d += 16) {
    let s = v128.load(z0 + d);
    let x = madd(s, a0, v128.load(o + d));
    let y = width > 1 ? madd(s, b0, v128.load(p + d)) : zero;
    if (height > 1) {
      s = v128.load(z1 + d); x = madd(s, a1, x); if (width > 1) y = madd(s, b1, y);
      s = v128.load(z2 + d); x = madd(s, a2, x); if (width > 1) y = madd(s, b2, y);
      s = v128.load(z3 + d); x = madd(s, a3, x); if (width > 1) y = madd(s, b3, y);
    }
    v128.store(o + d, x);
    if (width > 1) v128.store(p + d, y);
  }
  if (d < bytes) {
    const rest = bytes - d;
    let s = loadSome(z0 + d, rest);
    let x = madd(s, a0, loadSome(o + d, rest));
    let y = width > 1 ? madd(s, b0, loadSome(p + d, rest)) : zero;
    if (height > 1) {
      s = loadSome(z1 + d, rest); x = madd(s, a1, x); if (width > 1) y = madd(s, b1, y);
      s = loadSome(z2 + d, rest); x = madd(s, a2, x); if (width > 1) y = madd(s, b2, y);
      s = loadSome(z3 + d, rest); x = madd(s, a3, x); if (width > 1) y = madd(s, b3, y);
    }
    storeSome(o + d, x, rest);
    if (width > 1) storeSome(p + d, y, rest);
  }
}
