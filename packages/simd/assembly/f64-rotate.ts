import { cut, double, int, ptr } from './arguments';
import { nmadd64, sum64 } from './f64-lanes';
import { dot64 } from './f64-triangle';
import { madd64 } from './lanes';

/**
 * Applies sweeps of rotations to the rows of Z, in place. A sweep goes down from row `top`: rotation q
 * takes (row top − q − 1, row top − q) to (c·lo − s·hi, s·lo + c·hi). Parts take columns.
 * Arguments: z, ld, columns, list, sweeps. The list holds for each sweep: top, count, then c and s in turn.
 */
export function rotate64(args: usize, part: i32, parts: i32): void {
  const z = ptr(args, 0);
  const ld = <usize>int(args, 1) << 3;
  const columns = int(args, 2);
  const list = ptr(args, 3);
  const sweeps = int(args, 4);
  const end = cut(columns, part + 1, parts, 8);
  for (let j = cut(columns, part, parts, 8); j < end; j += 8) {
    const strip = z + (<usize>j << 3);
    let at = list;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const count = <i32>load<f64>(at, 8);
      // Rows are padded to whole cache lines, so a strip always has eight columns.
      let row = strip + <usize>load<f64>(at) * ld;
      at += 16;
      let h0 = v128.load(row), h1 = v128.load(row, 16), h2 = v128.load(row, 32), h3 = v128.load(row, 48);
      for (const stop = at + (<usize>count << 4); at < stop; at += 16) {
        const c = v128.load_splat<f64>(at), s = v128.load_splat<f64>(at, 8);
        const next = row - ld;
        let lo = v128.load(next);
        v128.store(row, madd64(s, lo, f64x2.mul(c, h0)));
        h0 = nmadd64(s, h0, f64x2.mul(c, lo));
        lo = v128.load(next, 16);
        v128.store(row, madd64(s, lo, f64x2.mul(c, h1)), 16);
        h1 = nmadd64(s, h1, f64x2.mul(c, lo));
        lo = v128.load(next, 32);
        v128.store(row, madd64(s, lo, f64x2.mul(c, h2)), 32);
        h2 = nmadd64(s, h2, f64x2.mul(c, lo));
        lo = v128.load(next, 48);
        v128.store(row, madd64(s, lo, f64x2.mul(c, h3)), 48);
        h3 = nmadd64(s, h3, f64x2.mul(c, lo));
        row = next;
      }
      v128.store(row, h0); v128.store(row, h1, 16); v128.store(row, h2, 32); v128.store(row, h3, 48);
    }
  }
}

/**
 * One round of one-sided Jacobi: makes rows of X orthogonal to each other, in place, and turns the rows of
 * V in the same way. The rows lie in `blocks` blocks, an even number. In a round each block meets one other, and a
 * part is one such pair. Round 0 also does the pairs within a block. Writes to partial[part] how many
 * pairs were turned. Arguments: x, ldx, length of x, v, ldv, length of v, rows, rows per block, blocks,
 * round, tolerance, smallest square of a norm that counts, norms (squared, one per row), partial.
 */
export function jacobi64(args: usize, part: i32, parts: i32): void {
  const rows = int(args, 6);
  const size = int(args, 7);
  const others = int(args, 8) - 1;
  const round = int(args, 9);
  // A round-robin tournament: the last block stays, the others rotate.
  const first = part == 0 ? others : (round + part) % others;
  const second = part == 0 ? round % others : (round + others - part) % others;
  const i0 = first * size, i1 = min(rows, i0 + size);
  const j0 = second * size, j1 = min(rows, j0 + size);
  norms(args, i0, i1);
  norms(args, j0, j1);
  let turned = 0;
  if (round == 0) {
    for (let i = i0; i < i1; i++) for (let j = i + 1; j < i1; j++) turned += turn(args, i, j);
    for (let i = j0; i < j1; i++) for (let j = i + 1; j < j1; j++) turned += turn(args, i, j);
  }
  for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) turned += turn(args, i, j);
  store<f64>(ptr(args, 13) + (<usize>part << 3), turned);
}

function norms(args: usize, start: i32, end: i32): void {
  const ld = <usize>int(args, 1) << 3;
  for (let i = start; i < end; i++) {
    const row = ptr(args, 0) + <usize>i * ld;
    store<f64>(ptr(args, 12) + (<usize>i << 3), dot64(row, row, int(args, 2)));
  }
}

/** Turns rows i and j so that they become orthogonal. Returns 0 where they already are. */
function turn(args: usize, i: i32, j: i32): i32 {
  const n = int(args, 2);
  const ni = ptr(args, 12) + (<usize>i << 3);
  const nj = ptr(args, 12) + (<usize>j << 3);
  const a = load<f64>(ni);
  const b = load<f64>(nj);
  const smallest = double(args, 11);
  if (a < smallest || b < smallest) return 0;
  const ld = <usize>int(args, 1) << 3;
  const x = ptr(args, 0) + <usize>i * ld;
  const y = ptr(args, 0) + <usize>j * ld;
  const product = dot64(x, y, n);
  if (!(Math.abs(product) > double(args, 10) * Math.sqrt(a) * Math.sqrt(b))) return 0;
  // The smaller angle, after Rutishauser.
  const cotangent = (b - a) / (2 * product);
  const size = Math.abs(cotangent);
  const tangent = (cotangent < 0 ? -1 : 1) / (size + Math.sqrt(1 + size * size));
  const c = 1 / Math.sqrt(1 + tangent * tangent);
  const s = c * tangent;
  rotateRows(x, y, n, c, s, ni, nj);
  const ldv = <usize>int(args, 4) << 3;
  rotateRows(ptr(args, 3) + <usize>i * ldv, ptr(args, 3) + <usize>j * ldv, int(args, 5), c, s, 0, 0);
  return 1;
}

/** (x, y) becomes (c·x − s·y, s·x + c·y). The new squared norms go to `ni` and `nj`, where these are not 0. */
function rotateRows(x: usize, y: usize, n: i32, c: f64, s: f64, ni: usize, nj: usize): void {
  const cs = f64x2.splat(c), ss = f64x2.splat(s);
  let sx = f64x2.splat(0), sy = sx, tx = sx, ty = sx;
  const end = x + (<usize>n << 3);
  for (const whole = x + (<usize>(n & ~3) << 3); x < whole; x += 32, y += 32) {
    let u = v128.load(x), v = v128.load(y);
    let p = nmadd64(ss, v, f64x2.mul(cs, u)), q = madd64(ss, u, f64x2.mul(cs, v));
    v128.store(x, p); v128.store(y, q);
    sx = madd64(p, p, sx); sy = madd64(q, q, sy);
    u = v128.load(x, 16); v = v128.load(y, 16);
    p = nmadd64(ss, v, f64x2.mul(cs, u)); q = madd64(ss, u, f64x2.mul(cs, v));
    v128.store(x, p, 16); v128.store(y, q, 16);
    tx = madd64(p, p, tx); ty = madd64(q, q, ty);
  }
  for (; x < end; x += 8, y += 8) {
    const u = v128.load64_zero(x), v = v128.load64_zero(y);
    const p = nmadd64(ss, v, f64x2.mul(cs, u)), q = madd64(ss, u, f64x2.mul(cs, v));
    store<f64>(x, f64x2.extract_lane(p, 0)); store<f64>(y, f64x2.extract_lane(q, 0));
    sx = madd64(p, p, sx); sy = madd64(q, q, sy);
  }
  if (ni) store<f64>(ni, sum64(f64x2.add(sx, tx)));
  if (nj) store<f64>(nj, sum64(f64x2.add(sy, ty)));
}
