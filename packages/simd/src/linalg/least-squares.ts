import { nonNegativeFinite, nonNegativeInteger, optional } from '@kernel-methods/check';
import { checkMatrix } from '../checks.ts';
import type { Simd } from '../simd.ts';
import { atOnce, type Steps } from '../steps.ts';
import { matmul64StepsAt } from './matmul64.ts';
import { maxAbsAt } from './max-abs.ts';
import { inWorkspace, paddedRow, type Workspace } from './memory.ts';
import { applyReflections, type Factored, factorRows, identity } from './reflections.ts';
import { copyRows, scaleFor } from './rows.ts';
import { svdRows } from './svd.ts';
import { columnsOf, solveTriangularStepsAt } from './triangular.ts';

/** Settings of `leastSquares`. */
export interface LeastSquaresOptions {
  /** Singular values up to this × the largest count as 0. Default: 2.2e-16 × max(m, n). */
  rcond?: number;
}

/** Arguments of `leastSquaresAt`. */
export interface LeastSquaresArguments extends LeastSquaresOptions {
  /** Pointer to the m×n matrix. It is not changed. */
  a: number;
  /** Pointer to m×columns numbers. They are not changed. */
  b: number;
  /** Pointer to n×columns numbers. */
  x: number;
  m: number;
  n: number;
  columns: number;
}

/**
 * The X of smallest norm that minimizes ‖A·X − B‖, float64. Returns the rank. Throws as `leastSquares` does.
 *
 * @example
 * const rank = leastSquaresAt(simd, { a, b, x, m: 100, n: 10, columns: 1 });
 */
export function leastSquaresAt(simd: Simd, options: LeastSquaresArguments): number {
  return atOnce(leastSquaresStepsAt(simd, options));
}

/**
 * `leastSquaresAt` in steps, with the same bits.
 *
 * @example
 * const rank = await inTurns(leastSquaresStepsAt(simd, { a, b, x, m: 100, n: 10, columns: 1 }));
 */
export function* leastSquaresStepsAt(simd: Simd, options: LeastSquaresArguments): Steps<number> {
  const { a, b, x, m, n, columns } = options;
  const { rcond = Number.EPSILON * Math.max(m, n) } = options;
  optional(nonNegativeFinite, 'rcond', rcond);
  const k = Math.min(m, n);
  if (k === 0) {
    simd.f64(x, n * columns).fill(0);
    return 0;
  }
  const scale = scaleFor(maxAbsAt(simd, 'a', a, m, n));
  maxAbsAt(simd, 'b', b, m, columns);
  yield;
  return yield* inWorkspace(simd, function* (space) {
    const tall = m >= n;
    const length = Math.max(m, n);
    const ld = paddedRow(length);
    const work = space.alloc(k * ld);
    copyRows(simd, { from: a, to: work, rows: m, columns: n, ldto: ld, alpha: scale }, tall);
    yield;
    const factored = yield* factorRows(simd, space, work, ld, k, length);
    // B's columns as rows, for A = Q·R, or Aᵀ = Q·R where A is wide.
    const y = space.zeros(columns * ld);
    copyRows(simd, { from: b, to: y, rows: m, columns, ldto: ld, alpha: scale }, true);
    const rows = { c: y, ldc: ld, rows: columns };
    if (tall) yield* applyReflections(simd, factored.q, rows, { transpose: true });
    const { r, ldr } = factored;
    let rank = k;
    if ((yield* inverseCondition(simd, space, factored, k)) > rcond) {
      const solve = { t: r, ldt: ldr, b: y, ldb: ld, transposedB: true, transpose: tall };
      yield* solveTriangularStepsAt(simd, { ...solve, n: k, columns });
    } else {
      rank = yield* solveBySvd(simd, space, { r, ldr, y, ld, k, columns, rcond, tall });
    }
    if (!tall) yield* applyReflections(simd, factored.q, rows);
    copyRows(simd, { from: y, to: x, rows: columns, columns: n, ldfrom: ld }, true);
    return rank;
  });
}

/** A lower bound of smallest / largest singular value: 1 / (‖R‖·‖R⁻¹‖) by Frobenius norms; 0 where R is singular. */
function* inverseCondition(
  simd: Simd,
  space: Workspace,
  { r, ldr }: Factored,
  k: number,
): Steps<number> {
  const inverse = identity(simd, space, k, ldr);
  yield* solveTriangularStepsAt(simd, { t: r, ldt: ldr, b: inverse, ldb: ldr, n: k, columns: k });
  const norm = (pointer: number) => {
    let sum = 0;
    for (const value of simd.f64(pointer, k * ldr)) sum += value * value;
    return Math.sqrt(sum);
  };
  const condition = norm(r) * norm(inverse);
  return Number.isFinite(condition) ? 1 / condition : 0;
}

/** y := (R⁺ or its transpose)·y, rows of y, by the singular values above rcond × the largest. */
function* solveBySvd(
  simd: Simd,
  space: Workspace,
  problem: {
    r: number;
    ldr: number;
    y: number;
    ld: number;
    k: number;
    columns: number;
    rcond: number;
    tall: boolean;
  },
): Steps<number> {
  const { r, ldr, y, ld, k, columns, rcond, tall } = problem;
  const { left, right, values } = yield* svdRows(simd, space, r, ldr, k, k);
  const [from, to] = tall ? [left, right] : [right, left];
  const middle = space.alloc(columns * ldr);
  const project = { a: y, lda: ld, b: from, ldb: ldr, transposeB: true, out: middle, ldout: ldr };
  yield* matmul64StepsAt(simd, { ...project, m: columns, n: k, k });
  const least = rcond * values.reduce((largest, value) => Math.max(largest, value), 0);
  const numbers = simd.f64(middle, columns * ldr);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < k; i++) {
      numbers[c * ldr + i] = values[i] > least ? numbers[c * ldr + i] / values[i] : 0;
    }
  }
  const back = { a: middle, lda: ldr, b: to, ldb: ldr, out: y, ldout: ld };
  yield* matmul64StepsAt(simd, { ...back, m: columns, n: k, k });
  return values.filter((value) => value > least).length;
}

/** What `leastSquares` returns. */
export interface LeastSquares {
  /** n×columns, row-major. */
  x: Float64Array;
  /** The number of singular values that count. */
  rank: number;
}

/**
 * The X that minimizes ‖A·X − B‖, the one of smallest norm if there are many: A m×n of any rank, B
 * m×columns, X n×columns, float64, row-major. Solved by Householder QR, or by the singular value
 * decomposition of R if the condition number of R may reach 1 / rcond. `rank` is the number of
 * singular values that count.
 *
 * @throws RangeError if sizes do not match or a number is not finite.
 * @example
 * const a = Float64Array.of(1, 2, 2, 4, 3, 6); // 3×2, rank 1
 * leastSquares(getSimd(), a, Float64Array.of(1, 2, 3), 3, 2); // x: 0.2, 0.4; rank: 1
 */
export function leastSquares(
  simd: Simd,
  a: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  options: LeastSquaresOptions = {},
): LeastSquares {
  return atOnce(leastSquaresSteps(simd, a, b, m, n, options));
}

/**
 * `leastSquares` in steps, with the same bits; it throws as `leastSquares` does.
 *
 * @example
 * const a = Float64Array.of(1, 2, 2, 4, 3, 6); // 3×2, rank 1
 * await inTurns(leastSquaresSteps(getSimd(), a, Float64Array.of(1, 2, 3), 3, 2)); // x: 0.2, 0.4; rank: 1
 */
export function* leastSquaresSteps(
  simd: Simd,
  a: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  options: LeastSquaresOptions = {},
): Steps<LeastSquares> {
  nonNegativeInteger('m', m);
  nonNegativeInteger('n', n);
  checkMatrix('a', a, m, n);
  const columns = columnsOf(b, m);
  return yield* inWorkspace(simd, function* (space) {
    const at = { a: space.put(a), b: space.put(b), x: space.alloc(n * columns) };
    yield;
    const rank = yield* leastSquaresStepsAt(simd, { ...options, ...at, m, n, columns });
    return { x: simd.f64(at.x, n * columns).slice(), rank };
  });
}
