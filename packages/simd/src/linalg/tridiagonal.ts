import type { Simd } from '../simd.ts';
import { STEP_PRODUCTS64, type Steps } from '../steps.ts';
import { writeTriangle } from './cholesky.ts';
import { matmul64StepsAt } from './matmul64.ts';
import type { Workspace } from './memory.ts';
import { completeBlock, PANEL, type Reflections } from './reflections.ts';

/**
 * Reduces a symmetric matrix (n rows of `ld` numbers, overwritten) to Qᵀ·A·Q = T, tridiagonal, by
 * Householder reflections: half of the work is products of matrices (Dongarra, Hammarling and
 * Sorensen, 1989), the other half runs at the speed of memory.
 */
export function* tridiagonalize(
  simd: Simd,
  space: Workspace,
  a: number,
  n: number,
  ld: number,
): Steps<{ q: Reflections; diagonal: Float64Array; offDiagonal: Float64Array }> {
  const v = space.zeros(n * ld);
  const w = space.alloc(PANEL * ld);
  const [diagonal, offDiagonal, tau] = [0, 0, 0].map(() => space.zeros(n));
  const t = space.alloc(Math.ceil(n / PANEL) * PANEL * PANEL);
  const q: Reflections = { v, ldv: ld, count: n, length: n, t, space };
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    const panel = v + 8 * start * ld;
    for (let j = start; j < end; j++) {
      const k = j - start;
      const args = [a, ld, n, j, k, panel, w, diagonal, offDiagonal, tau];
      simd.run('tridiagonalReflect64', args);
      const m = n - j - 1;
      if (m === 0) break;
      const column = 8 * (k * ld + j + 1);
      const rest = a + 8 * (j + 1) * (ld + 1);
      const most = Math.ceil(m / 8);
      const parts = Math.min(simd.partsFor(m * m, 65536, 2), most);
      const product = [rest, ld, m, m, panel + column, w + column];
      const cut = simd.partsInSteps((m * m) / STEP_PRODUCTS64, parts, most);
      yield* simd.runSteps('gemv64', () => product, cut);
      simd.run('tridiagonalUpdate64', args, 1, { inPlace: true });
      yield;
    }
    completeBlock(simd, q, start, tau);
    const m = n - end;
    if (m === 0) continue;
    const shape = { m, n: m, k: end - start, lda: ld, ldb: ld, ldout: ld, transposeA: true };
    const update = { ...shape, out: a + 8 * end * (ld + 1), alpha: -1, accumulate: true };
    const [left, right] = [panel + 8 * end, w + 8 * end];
    yield* matmul64StepsAt(simd, { ...update, a: left, b: right, lower: true });
    yield* matmul64StepsAt(simd, { ...update, a: right, b: left, lower: true });
    yield* writeTriangle(simd, update.out, m, 'copyToUpper', ld);
  }
  return {
    q,
    diagonal: simd.f64(diagonal, n).slice(),
    offDiagonal: simd.f64(offDiagonal, n).slice(),
  };
}

const EPSILON = Number.EPSILON;
const MAX_SWEEPS = 60;
// After this many tries, an off-diagonal number is only rounding.
const PATIENCE = 8;

/**
 * Eigenvalues of a tridiagonal matrix, by the implicit QL method (Martin and Wilkinson, 1968): `d`
 * becomes the eigenvalues. It yields every sweep of rotations: its top row, and c and s in turn,
 * valid until the next sweep is requested.
 */
export function* implicitQl(
  d: Float64Array,
  e: Float64Array,
): Generator<{ top: number; rotations: Float64Array }> {
  const n = d.length;
  const buffer = new Float64Array(2 * n);
  const size = d.reduce((max, x, i) => Math.max(max, Math.abs(x), Math.abs(e[i])), 0);
  for (let low = 0; low < n; low++) {
    for (let tries = 0; ; tries++) {
      const floor = size * (tries < PATIENCE ? EPSILON * EPSILON : EPSILON / 4);
      let top = low;
      while (top < n - 1 && !negligible(e[top], d[top], d[top + 1], floor)) top++;
      if (top === low) break;
      if (tries === MAX_SWEEPS) throw new Error('The eigenvalues did not converge.');
      let g = (d[low + 1] - d[low]) / (2 * e[low]);
      const root = Math.sqrt(g * g + 1);
      g = d[top] - d[low] + e[low] / (g + (g < 0 ? -root : root));
      let [s, c, p] = [1, 1, 0];
      let at = 0;
      let i = top - 1;
      for (; i >= low; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const length = Math.sqrt(f * f + g * g);
        e[i + 1] = length;
        if (length === 0) break;
        s = f / length;
        c = g / length;
        g = d[i + 1] - p;
        const r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        buffer[at++] = c;
        buffer[at++] = s;
      }
      if (i >= low) {
        d[i + 1] -= p;
      } else {
        d[low] -= p;
        e[low] = g;
      }
      e[top] = 0;
      if (at > 0) yield { top, rotations: buffer.subarray(0, at) };
    }
  }
}

// A sweep also moves rounding errors of the size of the matrix; these are what keeps coming back.
const negligible = (e: number, d0: number, d1: number, floor: number) =>
  Math.abs(e) <= EPSILON * (Math.abs(d0) + Math.abs(d1)) || Math.abs(e) <= floor;
