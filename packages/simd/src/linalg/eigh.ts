import { nonNegativeInteger } from '@kernel-methods/check';
import { checkMatrix, checkSymmetric } from '../checks.ts';
import type { Simd } from '../simd.ts';
import { atOnce, STEP_PRODUCTS64, type Steps } from '../steps.ts';
import { writeTriangle } from './cholesky.ts';
import { maxAbsAt } from './max-abs.ts';
import { inWorkspace, paddedRow, type Workspace } from './memory.ts';
import { applyReflections, identity } from './reflections.ts';
import { copyRows, scaleFor, sortedOrder } from './rows.ts';
import { implicitQl, tridiagonalize } from './tridiagonal.ts';

/** Arguments of `eighAt`. */
export interface EighArguments {
  /** Pointer to the symmetric n×n matrix, of which the lower triangle is read. It is overwritten. */
  a: number;
  n: number;
  /** Pointer to n numbers: the eigenvalues, ascending. */
  values: number;
  /** Pointer to n×n numbers, whose columns are the eigenvectors. May be `a`. */
  vectors: number;
}

/**
 * A = V·diag(λ)·Vᵀ, float64, in the instance's memory. Throws as `eigh` does.
 *
 * @example
 * simd.f64(a, 4).set([4, 2, 2, 3]);
 * eighAt(simd, { a, n: 2, values, vectors: a });
 * simd.f64(values, 2); // 1.438, 5.562
 */
export function eighAt(simd: Simd, options: EighArguments): void {
  atOnce(eighStepsAt(simd, options));
}

/**
 * `eighAt` in steps, with the same bits.
 *
 * @example
 * await inTurns(eighStepsAt(simd, { a, n: 400, values, vectors: a }));
 */
export function* eighStepsAt(simd: Simd, { a, n, values, vectors }: EighArguments): Steps<void> {
  if (n === 0) return;
  yield* writeTriangle(simd, a, n, 'copyToUpper');
  yield;
  const scale = scaleFor(maxAbsAt(simd, 'a', a, n, n));
  yield* inWorkspace(simd, function* (space) {
    const ld = paddedRow(n);
    const work = space.alloc(n * ld);
    yield;
    copyRows(simd, { from: a, to: work, rows: n, columns: n, ldto: ld, alpha: scale });
    yield;
    const { z, lambda } = yield* eighRows(simd, space, work, n, ld);
    const order = sortedOrder(lambda);
    simd.f64(values, n).set(lambda.map((_, i) => lambda[order[i]] / scale));
    const rows = { from: z, to: vectors, rows: n, columns: n, ldfrom: ld, order: space.put(order) };
    yield;
    copyRows(simd, rows, true);
    yield;
  });
}

/** Smaller matrices are done before a thread aside has begun. */
const ASIDE_FROM = 100;

/**
 * The eigenvectors of a matrix whose numbers are near 1, n rows of `ld` numbers (overwritten), as rows at `z`,
 * in no order.
 */
export function* eighRows(
  simd: Simd,
  space: Workspace,
  a: number,
  n: number,
  ld: number,
): Steps<{ z: number; lambda: Float64Array }> {
  if (simd.has('eigh')) {
    const [values, z] = [space.alloc(n), space.alloc(n * ld)];
    const args = [a, n, ld, values, z];
    if (n < ASIDE_FROM) simd.run('eigh', args);
    else yield* simd.runAside('eigh', args);
    return { z, lambda: simd.f64(values, n).slice() };
  }
  const { q, diagonal, offDiagonal } = yield* tridiagonalize(simd, space, a, n, ld);
  const z = identity(simd, space, n, ld);
  yield* applyReflections(simd, q, { c: z, ldc: ld, rows: n }, { identity: true });
  // Rotations are collected, so that each strip of columns takes many sweeps while it is in the cache.
  const capacity = Math.max(32768, 2 * n + 2);
  const list = space.alloc(capacity);
  let length = 0;
  let sweeps = 0;
  function* flush(): Steps<void> {
    const most = Math.ceil(n / 8);
    const parts = Math.min(simd.partsFor((length / 2) * n, 32768), most);
    const args = [z, ld, n, list, sweeps];
    const cut = simd.partsInSteps((2 * length * n) / STEP_PRODUCTS64, parts, most);
    yield* simd.runSteps('rotate64', () => args, cut, { inPlace: true });
    yield;
    length = 0;
    sweeps = 0;
  }
  for (const { top, rotations } of implicitQl(diagonal, offDiagonal)) {
    if (length + rotations.length + 2 > capacity) yield* flush();
    const values = simd.f64(list, capacity);
    values[length] = top;
    values[length + 1] = rotations.length / 2;
    values.set(rotations, length + 2);
    length += rotations.length + 2;
    sweeps++;
  }
  if (sweeps > 0) yield* flush();
  return { z, lambda: diagonal };
}

/** What `eigh` returns. */
export interface Eigh {
  /** The eigenvalues, ascending. */
  values: Float64Array;
  /** n×n, row-major: column j belongs to values[j]. */
  vectors: Float64Array;
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric n×n matrix, float64, row-major:
 * A = V·diag(λ)·Vᵀ, by Householder tridiagonalization and implicit QL.
 *
 * @throws RangeError if A is not square, symmetric and finite.
 * @example
 * const { values } = eigh(getSimd(), Float64Array.of(4, 2, 2, 3), 2); // 1.438, 5.562
 */
export function eigh(simd: Simd, a: Float64Array, n: number): Eigh {
  return atOnce(eighSteps(simd, a, n));
}

/**
 * `eigh` in steps, with the same bits; it throws as `eigh` does.
 *
 * @example
 * const { values } = await inTurns(eighSteps(getSimd(), Float64Array.of(4, 2, 2, 3), 2)); // 1.438, 5.562
 */
export function* eighSteps(simd: Simd, a: Float64Array, n: number): Steps<Eigh> {
  nonNegativeInteger('n', n);
  checkMatrix('a', a, n, n);
  checkSymmetric('a', a, n);
  yield;
  return yield* inWorkspace(simd, function* (space) {
    const pointer = space.put(a);
    yield;
    const values = space.alloc(n);
    yield* eighStepsAt(simd, { a: pointer, n, values, vectors: pointer });
    return {
      values: simd.f64(values, n).slice(),
      vectors: simd.f64(pointer, n * n).slice(),
    };
  });
}
