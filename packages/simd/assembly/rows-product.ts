import { cut, int, ptr } from './arguments';
import { madd } from './lanes';

// Features in a block of the transposed product: its sums (512·48 bytes) stay in the first cache.
const BLOCK: i32 = 512;

/**
 * out[r][u] = Σ_d z[rows[r]][d]·w[d][u] + bias[u], float32, for rows that are picked by index and read in place.
 * Arguments: z, ldz, rows (i32) or 0 for all in order, count, features, w, bias or 0, out, ld of w and out
 * (a multiple of 4; all ld columns are computed).
 */
export function rowsProduct(args: usize, part: i32, parts: i32): void {
  const count = int(args, 3);
  const ld = int(args, 8);
  const last = cut(count, part + 1, parts, 4);
  for (let r = cut(count, part, parts, 4); r < last; ) {
    const four = r + 4 <= last;
    for (let u = 0; u < ld; ) {
      // Three vectors of a row of w, and twelve sums: as many as the registers hold.
      const vectors = min(3, (ld - u) >> 2);
      if (four) {
        if (vectors == 3) scores(4, 3, args, r, u);
        else if (vectors == 2) scores(4, 2, args, r, u);
        else scores(4, 1, args, r, u);
      } else {
        if (vectors == 3) scores(1, 3, args, r, u);
        else if (vectors == 2) scores(1, 2, args, r, u);
        else scores(1, 1, args, r, u);
      }
      u += vectors << 2;
    }
    r += four ? 4 : 1;
  }
}

// @ts-ignore: decorator
@inline
function rowAt(z: usize, ldz: usize, rows: usize, r: i32): usize {
  return z + <usize>(rows ? load<i32>(rows + (<usize>r << 2)) : r) * ldz;
}

// `height` and `width` are constants in each call: what is not needed falls away.
// @ts-ignore: decorator
@inline
function scores(height: i32, width: i32, args: usize, r: i32, u: i32): void {
  const ld = <usize>int(args, 8) << 2;
  const ldz = <usize>int(args, 1) << 2;
  const rows = ptr(args, 2);
  const z0 = rowAt(ptr(args, 0), ldz, rows, r);
  const z1 = height == 4 ? rowAt(ptr(args, 0), ldz, rows, r + 1) : 0;
  const z2 = height == 4 ? rowAt(ptr(args, 0), ldz, rows, r + 2) : 0;
  const z3 = height == 4 ? rowAt(ptr(args, 0), ldz, rows, r + 3) : 0;
  let w = ptr(args, 5) + (<usize>u << 2);
  let bias = ptr(args, 6);
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0;
  if (bias) {
    bias += <usize>u << 2;
    a0 = v128.load(bias);
    if (width > 1) a1 = v128.load(bias, 16);
    if (width > 2) a2 = v128.load(bias, 32);
  }
  let b0 = a0, b1 = a1, b2 = a2, c0 = a0, c1 = a1, c2 = a2, d0 = a0, d1 = a1, d2 = a2;
  const end = <usize>int(args, 4) << 2;
  for (let k: usize = 0; k < end; k += 4) {
    const w0 = v128.load(w);
    const w1 = width > 1 ? v128.load(w, 16) : w0;
    const w2 = width > 2 ? v128.load(w, 32) : w0;
    w += ld;
    let s = v128.load_splat<f32>(z0 + k);
    a0 = madd(s, w0, a0);
    if (width > 1) a1 = madd(s, w1, a1);
    if (width > 2) a2 = madd(s, w2, a2);
    if (height == 4) {
      s = v128.load_splat<f32>(z1 + k);
      b0 = madd(s, w0, b0);
      if (width > 1) b1 = madd(s, w1, b1);
      if (width > 2) b2 = madd(s, w2, b2);
      s = v128.load_splat<f32>(z2 + k);
      c0 = madd(s, w0, c0);
      if (width > 1) c1 = madd(s, w1, c1);
      if (width > 2) c2 = madd(s, w2, c2);
      s = v128.load_splat<f32>(z3 + k);
      d0 = madd(s, w0, d0);
      if (width > 1) d1 = madd(s, w1, d1);
      if (width > 2) d2 = madd(s, w2, d2);
    }
  }
  const out = ptr(args, 7) + <usize>r * ld + (<usize>u << 2);
  put(width, out, a0, a1, a2);
  if (height == 4) {
    put(width, out + ld, b0, b1, b2);
    put(width, out + 2 * ld, c0, c1, c2);
    put(width, out + 3 * ld, d0, d1, d2);
  }
}

// @ts-ignore: decorator
@inline
function put(width: i32, to: usize, x: v128, y: v128, z: v128): void {
  v128.store(to, x);
  if (width > 1) v128.store(to, y, 16);
  if (width > 2) v128.store(to, z, 32);
}

/**
 * out[d][u] = Σ_r z[rows[r]][d]·g[r][u], float32.
 * Arguments: z, ldz, rows (i32) or 0, count, features, g, out, ld of g and out (a multiple of 4).
 */
export function rowsTransposedProduct(args: usize, part: i32, parts: i32): void {
  const features = int(args, 4);
  const count = int(args, 3);
  const ld = int(args, 7);
  const last = cut(features, part + 1, parts, 16);
  for (let d = cut(features, part, parts, 16); d < last; d += BLOCK) {
    const end = min(d + BLOCK, last);
    memory.fill(ptr(args, 6) + (<usize>d * <usize>ld << 2), 0, <usize>(end - d) * <usize>ld << 2);
    for (let u = 0; u < ld; ) {
      const vectors = min(3, (ld - u) >> 2);
      let r = 0;
      for (; r + 4 <= count; r += 4) {
        if (vectors == 3) outer(4, 3, args, r, u, d, end);
        else if (vectors == 2) outer(4, 2, args, r, u, d, end);
        else outer(4, 1, args, r, u, d, end);
      }
      for (; r < count; r++) {
        if (vectors == 3) outer(1, 3, args, r, u, d, end);
        else if (vectors == 2) outer(1, 2, args, r, u, d, end);
        else outer(1, 1, args, r, u, d, end);
      }
      u += vectors << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function outer(height: i32, width: i32, args: usize, r: i32, u: i32, from: i32, to: i32): void {
  const ld = <usize>int(args, 7) << 2;
  const ldz = <usize>int(args, 1) << 2;
  const rows = ptr(args, 2);
  const z0 = rowAt(ptr(args, 0), ldz, rows, r);
  const z1 = height == 4 ? rowAt(ptr(args, 0), ldz, rows, r + 1) : 0;
  const z2 = height == 4 ? rowAt(ptr(args, 0), ldz, rows, r + 2) : 0;
  const z3 = height == 4 ? rowAt(ptr(args, 0), ldz, rows, r + 3) : 0;
  const g = ptr(args, 5) + <usize>r * ld + (<usize>u << 2);
  const a0 = v128.load(g);
  const a1 = width > 1 ? v128.load(g, 16) : a0;
  const a2 = width > 2 ? v128.load(g, 32) : a0;
  const b0 = height == 4 ? v128.load(g + ld) : a0;
  const b1 = height == 4 && width > 1 ? v128.load(g + ld, 16) : a0;
  const b2 = height == 4 && width > 2 ? v128.load(g + ld, 32) : a0;
  const c0 = height == 4 ? v128.load(g + 2 * ld) : a0;
  const c1 = height == 4 && width > 1 ? v128.load(g + 2 * ld, 16) : a0;
  const c2 = height == 4 && width > 2 ? v128.load(g + 2 * ld, 32) : a0;
  const d0 = height == 4 ? v128.load(g + 3 * ld) : a0;
  const d1 = height == 4 && width > 1 ? v128.load(g + 3 * ld, 16) : a0;
  const d2 = height == 4 && width > 2 ? v128.load(g + 3 * ld, 32) : a0;
  let out = ptr(args, 6) + <usize>from * ld + (<usize>u << 2);
  const end = <usize>to << 2;
  for (let k = <usize>from << 2; k < end; k += 4) {
    let x = v128.load(out);
    let y = width > 1 ? v128.load(out, 16) : x;
    let z = width > 2 ? v128.load(out, 32) : x;
    let s = v128.load_splat<f32>(z0 + k);
    x = madd(s, a0, x);
    if (width > 1) y = madd(s, a1, y);
    if (width > 2) z = madd(s, a2, z);
    if (height == 4) {
      s = v128.load_splat<f32>(z1 + k);
      x = madd(s, b0, x);
      if (width > 1) y = madd(s, b1, y);
      if (width > 2) z = madd(s, b2, z);
      s = v128.load_splat<f32>(z2 + k);
      x = madd(s, c0, x);
      if (width > 1) y = madd(s, c1, y);
      if (width > 2) z = madd(s, c2, z);
      s = v128.load_splat<f32>(z3 + k);
      x = madd(s, d0, x);
      if (width > 1) y = madd(s, d1, y);
      if (width > 2) z = madd(s, d2, z);
    }
    put(width, out, x, y, z);
    out += ld;
  }
}
