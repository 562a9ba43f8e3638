import type { Simd } from '../simd.ts';
import type { Steps } from '../steps.ts';
import { matmul64At, matmul64StepsAt } from './matmul64.ts';
import { paddedRow, type Workspace } from './memory.ts';

/** Reflections that are applied together, as I − V·T·Vᵀ (Schreiber and Van Loan, 1989). */
export const PANEL = 32;

/** Q = (I − tau₀·v₀·v₀ᵀ)(I − tau₁·v₁·v₁ᵀ)…, of order `length`. */
export interface Reflections {
  /** Pointer to the vectors, one per row: zeros, a 1, then the rest. */
  v: number;
  ldv: number;
  count: number;
  length: number;
  /** Pointer to the triangles T of the blocks, PANEL² numbers each. */
  t: number;
  space: Workspace;
}

/** Fills the triangle of the block that starts at `start`; `tau` points to the factors of all reflections. */
export function completeBlock(
  simd: Simd,
  { v, ldv, count, length, t }: Reflections,
  start: number,
  tau: number,
): void {
  const size = Math.min(PANEL, count - start);
  const rows = v + 8 * (start * ldv + start);
  const block = t + 8 * start * PANEL;
  const product = { a: rows, lda: ldv, b: rows, ldb: ldv, transposeB: true };
  matmul64At(simd, { ...product, out: block, ldout: PANEL, m: size, n: size, k: length - start });
  const factors = simd.f64(tau, count);
  const triangle = simd.f64(block, PANEL * PANEL);
  const products = triangle.slice();
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let p = i; p < j; p++) sum += triangle[i * PANEL + p] * products[p * PANEL + j];
      if (i < j) triangle[i * PANEL + j] = -factors[start + j] * sum;
      else triangle[i * PANEL + j] = i === j ? factors[start + j] : 0;
    }
  }
}

/** Multiplies rows of `length` numbers from the right, in place, by one block or by its transpose. */
export function* applyBlock(
  simd: Simd,
  { v, ldv, count, length, t, space }: Reflections,
  start: number,
  rows: { c: number; ldc: number; rows: number },
  transpose: boolean,
  work = space.alloc(2 * rows.rows * PANEL),
): Steps<void> {
  const size = Math.min(PANEL, count - start);
  const more = work + 8 * rows.rows * PANEL;
  const vectors = v + 8 * (start * ldv + start);
  const c = rows.c + 8 * start;
  const [m, k] = [rows.rows, length - start];
  const projected = { a: c, lda: rows.ldc, b: vectors, ldb: ldv, transposeB: true };
  yield* matmul64StepsAt(simd, { ...projected, out: work, m, n: size, k });
  yield;
  const turned = { a: work, b: t + 8 * start * PANEL, ldb: PANEL, transposeB: transpose };
  matmul64At(simd, { ...turned, out: more, m, n: size, k: size });
  const update = { b: vectors, ldb: ldv, out: c, ldout: rows.ldc, alpha: -1, accumulate: true };
  yield* matmul64StepsAt(simd, { ...update, a: more, m, n: k, k: size });
}

/**
 * Rows xᵀ become (Q·x)ᵀ, or (Qᵀ·x)ᵀ. `identity`: the rows are those of a unit matrix, so that the early
 * ones are known to be zero where the late reflections act.
 */
export function* applyReflections(
  simd: Simd,
  reflections: Reflections,
  rows: { c: number; ldc: number; rows: number },
  options: { transpose?: boolean; identity?: boolean } = {},
): Steps<void> {
  const { count, space } = reflections;
  const work = space.alloc(2 * rows.rows * PANEL);
  const blocks = Math.ceil(count / PANEL);
  for (let i = 0; i < blocks; i++) {
    const start = PANEL * (options.transpose ? i : blocks - 1 - i);
    const skip = options.identity ? Math.min(start, rows.rows) : 0;
    const some = { ...rows, c: rows.c + 8 * skip * rows.ldc, rows: rows.rows - skip };
    yield* applyBlock(simd, reflections, start, some, !options.transpose, work);
    yield;
  }
}

/** The unit matrix, or its first rows, with padded rows. */
export function identity(simd: Simd, space: Workspace, rows: number, ld: number): number {
  const pointer = space.zeros(rows * ld);
  const values = simd.f64(pointer, rows * ld);
  for (let i = 0; i < rows; i++) values[i * (ld + 1)] = 1;
  return pointer;
}

/** A QR decomposition. */
export interface Factored {
  q: Reflections;
  /** Pointer to Rᵀ, `count` rows of `ldr` numbers: lower triangle. */
  r: number;
  ldr: number;
}

/**
 * Householder QR of a matrix whose columns lie as rows at `c` (`count` <= `length` of them): they become
 * the reflections' vectors. A panel is one step: columns of 24,000 numbers take 25 ms of a slow core.
 */
export function* factorRows(
  simd: Simd,
  space: Workspace,
  c: number,
  ldc: number,
  count: number,
  length: number,
): Steps<Factored> {
  const ldr = paddedRow(count);
  const r = space.zeros(count * ldr);
  const tau = space.zeros(count);
  const t = space.alloc(Math.ceil(count / PANEL) * PANEL * PANEL);
  const q: Reflections = { v: c, ldv: ldc, count, length, t, space };
  const work = space.alloc(2 * count * PANEL);
  for (let start = 0; start < count; start += PANEL) {
    const size = Math.min(PANEL, count - start);
    const row = c + 8 * start * ldc;
    const result = r + 8 * start * ldr;
    const args = [row, ldc, length, start, size, result, ldr, tau + 8 * start];
    simd.run('reflectPanel64', args, 1, { inPlace: true });
    yield;
    completeBlock(simd, q, start, tau);
    const rows = count - start - size;
    const rest = { c: c + 8 * (start + size) * ldc, ldc, rows };
    if (rows > 0) yield* applyBlock(simd, q, start, rest, false, work);
    yield;
  }
  return { q, r, ldr };
}
