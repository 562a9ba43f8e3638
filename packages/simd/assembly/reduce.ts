import { cut, double, int, ptr } from './arguments';
import { Reduction } from './operations';

/**
 * out[o][i] = the sum, maximum or minimum of x[o][r][i] over r, float32. Sums are kept in float64 and
 * multiplied by `scale`. NaN wins. Arguments: op, x, out, outer, reduced, inner, scale.
 */
export function reduce(args: usize, part: i32, parts: i32): void {
  const inner = int(args, 5);
  switch (int(args, 0)) {
    case Reduction.sum: if (inner == 1) rows(Reduction.sum, args, part, parts); else columns(Reduction.sum, args, part, parts); break;
    case Reduction.max: if (inner == 1) rows(Reduction.max, args, part, parts); else columns(Reduction.max, args, part, parts); break;
    case Reduction.min: if (inner == 1) rows(Reduction.min, args, part, parts); else columns(Reduction.min, args, part, parts); break;
  }
}

/**
 * The same over all of x, by pieces: out[c] (float64) from the numbers c·piece … (c + 1)·piece − 1.
 * The pieces do not depend on the parts, and so neither does a sum. Arguments: op, x, out, n, piece.
 */
export function reducePieces(args: usize, part: i32, parts: i32): void {
  const x = ptr(args, 1);
  const out = ptr(args, 2);
  const n = int(args, 3);
  const piece = int(args, 4);
  const op = int(args, 0);
  const pieces = (n + piece - 1) / piece;
  const last = cut(pieces, part + 1, parts, 1);
  for (let c = cut(pieces, part, parts, 1); c < last; c++) {
    const start = x + (<usize>c * <usize>piece << 2);
    const count = min(piece, n - c * piece);
    const value = op == Reduction.sum ? line(Reduction.sum, start, count) : op == Reduction.max ? line(Reduction.max, start, count) : line(Reduction.min, start, count);
    store<f64>(out + (<usize>c << 3), value);
  }
}

// @ts-ignore: decorator
@inline function rows(op: i32, args: usize, part: i32, parts: i32): void {
  const outer = int(args, 3);
  const reduced = int(args, 4);
  const scale = double(args, 6);
  const out = ptr(args, 2);
  const last = cut(outer, part + 1, parts, 1);
  for (let o = cut(outer, part, parts, 1); o < last; o++) {
    const value = line(op, ptr(args, 1) + (<usize>o * <usize>reduced << 2), reduced);
    store<f32>(out + (<usize>o << 2), <f32>(op == Reduction.sum ? value * scale : value));
  }
}

/** One line of n > 0 numbers side by side. */
// @ts-ignore: decorator
@inline function line(op: i32, x: usize, n: i32): f64 {
  let p = x;
  const end = x + (<usize>n << 2);
  const whole = x + (<usize>(n & ~7) << 2);
  if (op == Reduction.sum) {
    let a = f64x2.splat(0), b = a, c = a, d = a;
    for (; p < whole; p += 32) {
      const u = v128.load(p), v = v128.load(p, 16);
      a = f64x2.add(a, f64x2.promote_low_f32x4(u));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<i64>(u, u, 1, 1)));
      c = f64x2.add(c, f64x2.promote_low_f32x4(v));
      d = f64x2.add(d, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)));
    }
    const all = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
    let sum = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
    for (; p < end; p += 4) sum += <f64>load<f32>(p);
    return sum;
  }
  let a = v128.load_splat<f32>(x), b = a;
  let odd = i32x4.splat(0);
  for (; p < whole; p += 32) {
    const u = v128.load(p), v = v128.load(p, 16);
    a = better(op, a, u);
    b = better(op, b, v);
    odd = v128.or(odd, v128.or(f32x4.ne(u, u), f32x4.ne(v, v)));
  }
  for (; p < end; p += 4) {
    const v = v128.load_splat<f32>(p);
    a = better(op, a, v);
    odd = v128.or(odd, f32x4.ne(v, v));
  }
  if (v128.any_true(odd)) return NaN;
  a = better(op, a, b);
  a = better(op, a, v128.shuffle<i64>(a, a, 1, 1));
  a = better(op, a, v128.shuffle<f32>(a, a, 1, 1, 1, 1));
  return <f64>f32x4.extract_lane(a, 0);
}

/** One instruction. NaN is left to the caller. */
// @ts-ignore: decorator
@inline function better(op: i32, a: v128, b: v128): v128 {
  return op == Reduction.max ? f32x4.pmax(a, b) : f32x4.pmin(a, b);
}

// @ts-ignore: decorator
@inline function columns(op: i32, args: usize, part: i32, parts: i32): void {
  const outer = int(args, 3);
  const reduced = int(args, 4);
  const inner = int(args, 5);
  const scale = double(args, 6);
  const step = <usize>inner << 2;
  // A few wide slabs are cut by columns.
  const across = outer < parts;
  const first = across ? 0 : cut(outer, part, parts, 1);
  const last = across ? outer : cut(outer, part + 1, parts, 1);
  const start = across ? cut(inner, part, parts, 16) : 0;
  const end = across ? cut(inner, part + 1, parts, 16) : inner;
  for (let o = first; o < last; o++) {
    const x = ptr(args, 1) + <usize>o * <usize>reduced * step;
    const out = ptr(args, 2) + <usize>o * step;
    let i = start;
    for (; i + 8 <= end; i += 8) {
      const at = <usize>i << 2;
      if (op == Reduction.sum) sum8(x + at, out + at, reduced, step, scale);
      else extreme8(op, x + at, out + at, reduced, step);
    }
    for (; i < end; i++) {
      const at = <usize>i << 2;
      let p = x + at;
      let value: f64 = op == Reduction.sum ? 0 : <f64>load<f32>(p);
      for (let r = 0; r < reduced; r++, p += step) {
        const v = <f64>load<f32>(p);
        value = op == Reduction.sum ? value + v : op == Reduction.max ? max(value, v) : min(value, v);
      }
      store<f32>(out + at, <f32>(op == Reduction.sum ? value * scale : value));
    }
  }
}

function sum8(x: usize, out: usize, reduced: i32, step: usize, scale: f64): void {
  let a = f64x2.splat(0), b = a, c = a, d = a;
  for (let r = 0; r < reduced; r++, x += step) {
    const u = v128.load(x), v = v128.load(x, 16);
    a = f64x2.add(a, f64x2.promote_low_f32x4(u));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<i64>(u, u, 1, 1)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(v));
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)));
  }
  v128.store(out, halves(a, b, scale));
  v128.store(out, halves(c, d, scale), 16);
}

// @ts-ignore: decorator
@inline function halves(a: v128, b: v128, scale: f64): v128 {
  const low = f32x4.demote_f64x2_zero(f64x2.mul(a, f64x2.splat(scale)));
  const high = f32x4.demote_f64x2_zero(f64x2.mul(b, f64x2.splat(scale)));
  return v128.shuffle<i64>(low, high, 0, 2);
}

// @ts-ignore: decorator
@inline function extreme8(op: i32, x: usize, out: usize, reduced: i32, step: usize): void {
  let a = v128.load(x), b = v128.load(x, 16);
  for (let r = 1; r < reduced; r++) {
    x += step;
    a = op == Reduction.max ? f32x4.max(a, v128.load(x)) : f32x4.min(a, v128.load(x));
    b = op == Reduction.max ? f32x4.max(b, v128.load(x, 16)) : f32x4.min(b, v128.load(x, 16));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
}
