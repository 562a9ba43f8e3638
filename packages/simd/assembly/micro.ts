import { NR } from './blocks';
import { cosine4 } from './cosine';
import { madd } from './lanes';
import { Epilogue } from './operations';
import { STEP } from './pack';

/** The bytes of one row of a tile that is kept aside at an edge. */
export const TILE_ROW: usize = STEP;

/**
 * Six rows by NR columns of the product, over kc steps. Each row of `c` is `ld` bytes behind the last one. With `indexed`
 * (a constant), `steps` says where in the panel of B each step lies; otherwise they follow one another.
 */
// @ts-ignore: decorator
@inline
export function micro(ap: usize, bp: usize, indexed: bool, steps: usize, kc: i32, c: usize, ld: usize, first: bool, last: bool, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  if (NR == 8) micro8(ap, bp, indexed, steps, kc, c, ld, first, last, alpha, bias, epilogue, factor);
  else if (indexed) sparse16(ap, bp, steps, kc, c, ld, first, last, alpha, bias, epilogue, factor);
  else dense16(ap, bp, kc, c, ld, first, last, alpha, bias, epilogue, factor);
}

// @ts-ignore: decorator
@inline
function micro8(ap: usize, bp: usize, indexed: bool, steps: usize, kc: i32, c: usize, ld: usize, first: bool, last: bool, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const r1 = c + ld, r2 = r1 + ld, r3 = r2 + ld, r4 = r3 + ld, r5 = r4 + ld;
  if (!first) {
    c00 = v128.load(c); c01 = v128.load(c, 16);
    c10 = v128.load(r1); c11 = v128.load(r1, 16);
    c20 = v128.load(r2); c21 = v128.load(r2, 16);
    c30 = v128.load(r3); c31 = v128.load(r3, 16);
    c40 = v128.load(r4); c41 = v128.load(r4, 16);
    c50 = v128.load(r5); c51 = v128.load(r5, 16);
  }
  let a = ap, b = bp, step = steps;
  for (const end = ap + 24 * <usize>kc; a < end; a += 24) {
    if (indexed) { b = bp + <usize>load<i32>(step); step += 4; }
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
    s = v128.load_splat<f32>(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
    s = v128.load_splat<f32>(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
    s = v128.load_splat<f32>(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
    s = v128.load_splat<f32>(a, 16); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
    s = v128.load_splat<f32>(a, 20); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
    if (!indexed) b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  v128.store(r1, c10); v128.store(r1, c11, 16);
  v128.store(r2, c20); v128.store(r2, c21, 16);
  v128.store(r3, c30); v128.store(r3, c31, 16);
  v128.store(r4, c40); v128.store(r4, c41, 16);
  v128.store(r5, c50); v128.store(r5, c51, 16);
  if (last && (bias || epilogue || alpha != 1)) {
    finish(c, alpha, bias, epilogue, factor);
    finish(r1, alpha, bias, epilogue, factor);
    finish(r2, alpha, bias, epilogue, factor);
    finish(r3, alpha, bias, epilogue, factor);
    finish(r4, alpha, bias, epilogue, factor);
    finish(r5, alpha, bias, epilogue, factor);
  }
}

function dense16(ap: usize, bp: usize, kc: i32, c: usize, ld: usize, first: bool, last: bool, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  micro16(ap, bp, false, 0, kc, c, ld, first, last, alpha, bias, epilogue, factor);
}

function sparse16(ap: usize, bp: usize, steps: usize, kc: i32, c: usize, ld: usize, first: bool, last: bool, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  micro16(ap, bp, true, steps, kc, c, ld, first, last, alpha, bias, epilogue, factor);
}

// Sixteen zeros: a first block starts from them without a branch.
const ZEROS = memory.data<f32>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/**
 * The same with sixteen columns: 24 sums, twelve registers where V8 joins neighbours to 256 bits. It joins two operations
 * whose memory lies side by side, so the order of lines here matters: see INTERNALS.md.
 */
// @ts-ignore: decorator
@inline
function micro16(ap: usize, bp: usize, indexed: bool, steps: usize, kc: i32, c: usize, ld: usize, first: bool, last: bool, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  const o = first ? ZEROS : c, lo = first ? 0 : ld;
  const o1 = o + lo, o2 = o1 + lo, o3 = o2 + lo, o4 = o3 + lo, o5 = o4 + lo;
  let c00 = v128.load(o), c01 = v128.load(o, 16), c02 = v128.load(o, 32), c03 = v128.load(o, 48);
  let c10 = v128.load(o1), c11 = v128.load(o1, 16), c12 = v128.load(o1, 32), c13 = v128.load(o1, 48);
  let c20 = v128.load(o2), c21 = v128.load(o2, 16), c22 = v128.load(o2, 32), c23 = v128.load(o2, 48);
  let c30 = v128.load(o3), c31 = v128.load(o3, 16), c32 = v128.load(o3, 32), c33 = v128.load(o3, 48);
  let c40 = v128.load(o4), c41 = v128.load(o4, 16), c42 = v128.load(o4, 32), c43 = v128.load(o4, 48);
  let c50 = v128.load(o5), c51 = v128.load(o5, 16), c52 = v128.load(o5, 32), c53 = v128.load(o5, 48);
  let a = ap, b = bp, step = steps;
  for (const end = ap + 24 * <usize>kc; a < end; a += 24) {
    if (indexed) { b = bp + <usize>load<i32>(step); step += 4; }
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let s = v128.load_splat<f32>(a);
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02); c03 = madd(s, b3, c03);
    s = v128.load_splat<f32>(a, 4);
    c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12); c13 = madd(s, b3, c13);
    s = v128.load_splat<f32>(a, 8);
    c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22); c23 = madd(s, b3, c23);
    s = v128.load_splat<f32>(a, 12);
    c30 = madd(s, b0, c30); c31 = madd(s, b1, c31); c32 = madd(s, b2, c32); c33 = madd(s, b3, c33);
    s = v128.load_splat<f32>(a, 16);
    c40 = madd(s, b0, c40); c41 = madd(s, b1, c41); c42 = madd(s, b2, c42); c43 = madd(s, b3, c43);
    s = v128.load_splat<f32>(a, 20);
    c50 = madd(s, b0, c50); c51 = madd(s, b1, c51); c52 = madd(s, b2, c52); c53 = madd(s, b3, c53);
    if (!indexed) b += 64;
  }
  const r1 = c + ld, r2 = r1 + ld, r3 = r2 + ld, r4 = r3 + ld, r5 = r4 + ld;
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48);
  v128.store(r1, c10); v128.store(r1, c11, 16); v128.store(r1, c12, 32); v128.store(r1, c13, 48);
  v128.store(r2, c20); v128.store(r2, c21, 16); v128.store(r2, c22, 32); v128.store(r2, c23, 48);
  v128.store(r3, c30); v128.store(r3, c31, 16); v128.store(r3, c32, 32); v128.store(r3, c33, 48);
  v128.store(r4, c40); v128.store(r4, c41, 16); v128.store(r4, c42, 32); v128.store(r4, c43, 48);
  v128.store(r5, c50); v128.store(r5, c51, 16); v128.store(r5, c52, 32); v128.store(r5, c53, 48);
  if (last && (bias || epilogue || alpha != 1)) {
    finish(c, alpha, bias, epilogue, factor);
    finish(r1, alpha, bias, epilogue, factor);
    finish(r2, alpha, bias, epilogue, factor);
    finish(r3, alpha, bias, epilogue, factor);
    finish(r4, alpha, bias, epilogue, factor);
    finish(r5, alpha, bias, epilogue, factor);
  }
}

/** Scales NR numbers that are in the first cache, adds the bias, and applies the epilogue. */
function finish(c: usize, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  finish8(c, alpha, bias, epilogue, factor);
  if (NR == 16) finish8(c + 32, alpha, bias ? bias + 32 : 0, epilogue, factor);
}

// @ts-ignore: decorator
@inline
function finish8(c: usize, alpha: f32, bias: usize, epilogue: i32, factor: f32): void {
  let u = v128.load(c), v = v128.load(c, 16);
  if (alpha != 1) {
    const alphas = f32x4.splat(alpha);
    u = f32x4.mul(u, alphas);
    v = f32x4.mul(v, alphas);
  }
  if (bias) {
    u = f32x4.add(u, v128.load(bias));
    v = f32x4.add(v, v128.load(bias, 16));
  }
  if (epilogue == Epilogue.relu) {
    u = f32x4.max(u, f32x4.splat(0));
    v = f32x4.max(v, f32x4.splat(0));
  } else if (epilogue == Epilogue.cosine) {
    const factors = f32x4.splat(factor);
    u = f32x4.mul(cosine4(u), factors);
    v = f32x4.mul(cosine4(v), factors);
  }
  v128.store(c, u);
  v128.store(c, v, 16);
}
