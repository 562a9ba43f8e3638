import { nonNegativeInteger } from '@kernel-methods/check';
import { checkMatrix } from '../checks.ts';
import type { Simd } from '../simd.ts';
import { atOnce, type Steps } from '../steps.ts';
import { eighRows } from './eigh.ts';
import { orthogonalizeRows } from './jacobi.ts';
import { matmul64StepsAt } from './matmul64.ts';
import { maxAbsAt } from './max-abs.ts';
import { inWorkspace, paddedRow, type Workspace } from './memory.ts';
import { applyReflections, factorRows } from './reflections.ts';
import { copyRows, scaleFor, sortedOrder } from './rows.ts';

/** Arguments of `svdAt`. */
export interface SvdArguments {
  /** Pointer to the m×n matrix. It is not changed. */
  a: number;
  m: number;
  n: number;
  /** Pointer to m×k numbers, k = min(m, n), whose columns are the left singular vectors. */
  u: number;
  /** Pointer to k numbers: the singular values, descending. */
  s: number;
  /** Pointer to k×n numbers, whose rows are the right singular vectors. */
  vt: number;
}

/**
 * Thin A = U·diag(s)·Vᵀ, float64, in the instance's memory. Throws as `svd` does.
 *
 * @example
 * svdAt(simd, { a, m: 100, n: 10, u, s, vt });
 */
export function svdAt(simd: Simd, options: SvdArguments): void {
  atOnce(svdStepsAt(simd, options));
}

/**
 * `svdAt` in steps, with the same bits.
 *
 * @example
 * await inTurns(svdStepsAt(simd, { a, m: 1000, n: 400, u, s, vt }));
 */
export function* svdStepsAt(simd: Simd, { a, m, n, u, s, vt }: SvdArguments): Steps<void> {
  const k = Math.min(m, n);
  if (k === 0) return;
  const length = Math.max(m, n);
  const scale = scaleFor(maxAbsAt(simd, 'a', a, m, n));
  yield;
  yield* inWorkspace(simd, function* (space) {
    const tall = m >= n;
    const ld = paddedRow(length);
    const work = space.alloc(k * ld);
    const entry = { from: a, to: work, rows: m, columns: n, ldto: ld, alpha: scale };
    copyRows(simd, entry, tall);
    yield;
    const { left, right, values, order } = yield* svdRows(simd, space, work, ld, k, length);
    simd.f64(s, k).set(values.map((_, i) => values[order[i]] / scale));
    const rows = { rows: k, order: space.put(order) };
    // The columns of a wide matrix are the rows of its transpose: left and right change places.
    const toU = tall
      ? { from: left, columns: length, ldfrom: ld }
      : { from: right, columns: k, ldfrom: paddedRow(k) };
    const toVt = tall
      ? { from: right, columns: k, ldfrom: paddedRow(k) }
      : { from: left, columns: length, ldfrom: ld };
    copyRows(simd, { ...rows, ...toU, to: u }, true);
    yield;
    copyRows(simd, { ...rows, ...toVt, to: vt });
  });
}

// Small matrices are up to twice less exact by bidiagonal reduction than by Jacobi's rotations, and take no time.
const NATIVE_FROM = 128;

/**
 * Thin singular value decomposition of a matrix whose numbers are near 1 and whose k columns lie as rows of `length`
 * numbers at `c` (overwritten). `left` and `right` are the singular vectors as rows, `length` (in rows of
 * `ld`) and k numbers (in padded rows) long; `order` puts the values in descending order.
 */
export function* svdRows(
  simd: Simd,
  space: Workspace,
  c: number,
  ld: number,
  k: number,
  length: number,
): Steps<{ left: number; right: number; values: Float64Array; order: Float64Array }> {
  if (k >= NATIVE_FROM && simd.has('svd')) {
    const ldright = paddedRow(k);
    const [s, left, right] = [k, k * ld, k * ldright].map((numbers) => space.alloc(numbers));
    yield* simd.runAside('svd', [c, ld, k, length, s, left, right, ldright]);
    const values = simd.f64(s, k).slice();
    return { left, right, values, order: Float64Array.from(values.keys()) };
  }
  const { q, r, ldr } = yield* factorRows(simd, space, c, ld, k, length);
  // The eigenvectors of RᵀR make the columns of R nearly orthogonal, by fast products; Jacobi's rotations
  // then restore what squaring lost (after Drmač and Veselić, 2008).
  const gram = space.alloc(k * ldr);
  const product = { a: r, lda: ldr, b: r, ldb: ldr, transposeB: true, out: gram, ldout: ldr };
  yield* matmul64StepsAt(simd, { ...product, m: k, n: k, k });
  const { z: right } = yield* eighRows(simd, space, gram, k, ldr);
  const x = space.zeros(k * ldr);
  const turned = { a: right, lda: ldr, b: r, ldb: ldr, out: x, ldout: ldr };
  yield* matmul64StepsAt(simd, { ...turned, m: k, n: k, k });
  const values = yield* orthogonalizeRows(simd, space, { x, v: right, n: k, ld: ldr });
  yield* completeRows(simd, space, x, k, ldr, values);
  const left = space.zeros(k * ld);
  copyRows(simd, { from: x, to: left, rows: k, columns: k, ldfrom: ldr, ldto: ld });
  yield* applyReflections(simd, q, { c: left, ldc: ld, rows: k });
  const order = sortedOrder(values.map((value) => -value));
  return { left, right, values, order };
}

/** Puts an orthonormal complement of the other rows in the rows whose value is 0. */
function* completeRows(
  simd: Simd,
  space: Workspace,
  x: number,
  n: number,
  ld: number,
  values: Float64Array,
): Steps<void> {
  const zeros = [...values.keys()].filter((i) => values[i] === 0);
  if (zeros.length === 0) return;
  const others = Float64Array.from(values.keys()).filter((i) => values[i] !== 0);
  const rank = others.length;
  const basis = space.zeros(rank * ld);
  const pick = { from: x, to: basis, rows: rank, columns: n, ldfrom: ld, ldto: ld };
  copyRows(simd, { ...pick, order: space.put(others) });
  const { q } = yield* factorRows(simd, space, basis, ld, rank, n);
  const c = space.zeros(zeros.length * ld);
  const units = simd.f64(c, zeros.length * ld);
  for (let i = 0; i < zeros.length; i++) units[i * ld + rank + i] = 1;
  yield* applyReflections(simd, q, { c, ldc: ld, rows: zeros.length });
  const rows = simd.f64(x, n * ld);
  const complement = simd.f64(c, zeros.length * ld);
  zeros.forEach((row, i) => void rows.set(complement.subarray(i * ld, i * ld + n), row * ld));
}

/** What `svd` returns. */
export interface Svd {
  /** m×k, k = min(m, n), row-major: the left singular vectors are its columns. */
  u: Float64Array;
  /** The k singular values, descending. */
  s: Float64Array;
  /** k×n, row-major: the right singular vectors are its rows. */
  vt: Float64Array;
}

/**
 * Thin singular value decomposition of an m×n matrix, float64, row-major: A = U·diag(s)·Vᵀ. By QR, the
 * eigenvectors of RᵀR, then one-sided Jacobi: singular values are accurate to a few eps × the largest,
 * and U and V are orthonormal, whatever the rank.
 *
 * @throws RangeError if sizes do not match or a number is not finite.
 * @example
 * const { s } = svd(getSimd(), Float64Array.of(1, 2, 2, 4, 3, 6), 3, 2); // 8.367, 0
 */
export function svd(simd: Simd, a: Float64Array, m: number, n: number): Svd {
  return atOnce(svdSteps(simd, a, m, n));
}

/**
 * `svd` in steps, with the same bits; it throws as `svd` does.
 *
 * @example
 * const { s } = await inTurns(svdSteps(getSimd(), Float64Array.of(1, 2, 2, 4, 3, 6), 3, 2)); // 8.367, 0
 */
export function* svdSteps(simd: Simd, a: Float64Array, m: number, n: number): Steps<Svd> {
  nonNegativeInteger('m', m);
  nonNegativeInteger('n', n);
  checkMatrix('a', a, m, n);
  const k = Math.min(m, n);
  return yield* inWorkspace(simd, function* (space) {
    const [u, s, vt] = [m * k, k, k * n].map((numbers) => space.alloc(numbers));
    const pointer = space.put(a);
    yield;
    yield* svdStepsAt(simd, { a: pointer, m, n, u, s, vt });
    return {
      u: simd.f64(u, m * k).slice(),
      s: simd.f64(s, k).slice(),
      vt: simd.f64(vt, k * n).slice(),
    };
  });
}
