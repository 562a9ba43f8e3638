import type { JavaScriptKernel } from './kernel.ts';
import { dot } from './rows.ts';

/**
 * `rotate64`: applies sweeps of rotations to the rows of Z, in place. Rows are padded to whole cache lines, so four
 * columns are always there. Arguments: z, ld, columns, list, sweeps.
 */
export const rotate64: JavaScriptKernel = ({ f64 }, [z, ld, columns, list, sweeps]) => {
  for (let j = 0; j < columns; j += 4) {
    let at = list / 8;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      let row = z / 8 + f64[at] * ld + j;
      const stop = at + 2 + 2 * f64[at + 1];
      let [h0, h1, h2, h3] = [f64[row], f64[row + 1], f64[row + 2], f64[row + 3]];
      for (at += 2; at < stop; at += 2) {
        const c = f64[at];
        const s = f64[at + 1];
        const next = row - ld;
        const l0 = f64[next];
        const l1 = f64[next + 1];
        const l2 = f64[next + 2];
        const l3 = f64[next + 3];
        f64[row] = s * l0 + c * h0;
        f64[row + 1] = s * l1 + c * h1;
        f64[row + 2] = s * l2 + c * h2;
        f64[row + 3] = s * l3 + c * h3;
        h0 = c * l0 - s * h0;
        h1 = c * l1 - s * h1;
        h2 = c * l2 - s * h2;
        h3 = c * l3 - s * h3;
        row = next;
      }
      f64[row] = h0;
      f64[row + 1] = h1;
      f64[row + 2] = h2;
      f64[row + 3] = h3;
    }
  }
};

/**
 * `jacobi64`: one round of one-sided Jacobi, of which a part is one pair of blocks. Arguments: x, ldx, length of x, v,
 * ldv, length of v, rows, rows per block, blocks, round, tolerance, smallest square of a norm that counts, norms
 * (squared, one per row), partial.
 */
export const jacobi64: JavaScriptKernel = ({ f64 }, args, parts) => {
  const partial = args[13] / 8;
  for (let part = 0; part < parts; part++) f64[partial + part] = turnPair(f64, args, part);
};

/** Turns the rows of one pair of blocks. Returns how many pairs of rows were turned. */
function turnPair(f64: Float64Array, args: readonly number[], part: number): number {
  const [x, ldx, length, , , , rows, size, blocks, round, , , norms] = args;
  // A round-robin tournament: the last block stays, the others rotate.
  const others = blocks - 1;
  const first = part === 0 ? others : (round + part) % others;
  const second = part === 0 ? round % others : (round + others - part) % others;
  const [i0, j0] = [first * size, second * size];
  const [i1, j1] = [Math.min(rows, i0 + size), Math.min(rows, j0 + size)];
  for (const [from, to] of [
    [i0, i1],
    [j0, j1],
  ]) {
    for (let i = from; i < to; i++) {
      const row = x / 8 + i * ldx;
      f64[norms / 8 + i] = dot(f64, row, row, length);
    }
  }
  let turned = 0;
  if (round === 0) {
    for (let i = i0; i < i1; i++) for (let j = i + 1; j < i1; j++) turned += turn(f64, args, i, j);
    for (let i = j0; i < j1; i++) for (let j = i + 1; j < j1; j++) turned += turn(f64, args, i, j);
  }
  for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) turned += turn(f64, args, i, j);
  return turned;
}

/** Turns rows i and j so that they become orthogonal. Returns 0 where they already are. */
function turn(f64: Float64Array, args: readonly number[], i: number, j: number): number {
  const [x, ldx, length, v, ldv, lengthV, , , , , tolerance, smallest, norms] = args;
  const [ni, nj] = [norms / 8 + i, norms / 8 + j];
  const [a, b] = [f64[ni], f64[nj]];
  if (a < smallest || b < smallest) return 0;
  const [xi, xj] = [x / 8 + i * ldx, x / 8 + j * ldx];
  const product = dot(f64, xi, xj, length);
  if (!(Math.abs(product) > tolerance * Math.sqrt(a) * Math.sqrt(b))) return 0;
  // The smaller angle, after Rutishauser.
  const cotangent = (b - a) / (2 * product);
  const size = Math.abs(cotangent);
  const tangent = (cotangent < 0 ? -1 : 1) / (size + Math.sqrt(1 + size * size));
  const c = 1 / Math.sqrt(1 + tangent * tangent);
  const s = c * tangent;
  rotateRows(f64, xi, xj, length, c, s);
  f64[ni] = dot(f64, xi, xi, length);
  f64[nj] = dot(f64, xj, xj, length);
  rotateRows(f64, v / 8 + i * ldv, v / 8 + j * ldv, lengthV, c, s);
  return 1;
}

/** (x, y) becomes (c·x − s·y, s·x + c·y). */
function rotateRows(
  f64: Float64Array,
  x: number,
  y: number,
  n: number,
  c: number,
  s: number,
): void {
  for (let p = 0; p < n; p++) {
    const u = f64[x + p];
    const v = f64[y + p];
    f64[x + p] = c * u - s * v;
    f64[y + p] = s * u + c * v;
  }
}
