import { nonNegativeInteger } from '@kernel-methods/check';
import { checkMatrix } from '../checks.ts';
import type { Simd } from '../simd.ts';
import { atOnce, STEP_PRODUCTS64, type Steps } from '../steps.ts';
import { TRIANGLE64 } from '../wasm/tables.ts';
import { matmul64StepsAt } from './matmul64.ts';
import { maxAbsAt } from './max-abs.ts';
import { inWorkspace } from './memory.ts';

/** Which triangle `solveTriangular` solves with. */
export interface TriangularOptions {
  /** T is an upper triangle. The other half is not read. Default: false, a lower one. */
  upper?: boolean;
  /** Solves with the transposed triangle. Default: false. */
  transpose?: boolean;
}

/** Arguments of `solveTriangularAt`. */
export interface TriangularArguments extends TriangularOptions {
  /** Pointer to the n×n triangle. */
  t: number;
  /** Pointer to n×columns numbers: B, and X in its place. */
  b: number;
  n: number;
  columns: number;
  /** Elements from one stored row to the next. Default: n and `columns`. */
  ldt?: number;
  ldb?: number;
  /** B and X are stored transposed: columns×n. Default: false. */
  transposedB?: boolean;
}

/**
 * Solves op(T)·X = B, float64; X takes the place of B. Everything but triangles of TRIANGLE64 rows
 * is computed by matrix products. A zero on the diagonal gives infinities or NaN.
 *
 * @example
 * simd.f64(t, 4).set([2, 0, 1, 4]);
 * simd.f64(b, 2).set([4, 10]);
 * solveTriangularAt(simd, { t, b, n: 2, columns: 1 });
 * simd.f64(b, 2); // 2, 2
 */
export function solveTriangularAt(simd: Simd, options: TriangularArguments): void {
  atOnce(solveTriangularStepsAt(simd, options));
}

/**
 * `solveTriangularAt` in steps, with the same bits.
 *
 * @example
 * await inTurns(solveTriangularStepsAt(simd, { t, b, n: 400, columns: 100 }));
 */
export function* solveTriangularStepsAt(simd: Simd, options: TriangularArguments): Steps<void> {
  const { t, b, n, columns, upper = false, transpose = false, transposedB = false } = options;
  if (n === 0 || columns === 0) return;
  const { ldt = n, ldb = transposedB ? n : columns } = options;
  const backward = upper !== transpose;
  const [tRow, tColumn] = transpose ? [1, ldt] : [ldt, 1];
  const [bRow, bColumn] = transposedB ? [1, ldb] : [ldb, 1];

  function* leaf(start: number, size: number): Steps<void> {
    const work = size * size * columns;
    const cut = simd.partsInSteps(
      work / STEP_PRODUCTS64,
      simd.partsFor(work, 3e5),
      Math.ceil(columns / 8),
    );
    const scratchBytes = 8 * TRIANGLE64 * TRIANGLE64 + 64 * size;
    const at = t + 8 * start * (ldt + 1);
    const x = b + 8 * start * bRow;
    const numbers = [at, tRow, tColumn, x, bRow, bColumn, size, columns, Number(backward)];
    const args = () => [...numbers, simd.scratch(cut.parts * scratchBytes), scratchBytes];
    yield* simd.runSteps('triangular64', args, cut, { inPlace: true });
    yield;
  }

  /** B[to] −= op(T)[to, from]·X[from]. */
  function* update(to: number, toSize: number, from: number, fromSize: number): Steps<void> {
    const block = t + 8 * (to * tRow + from * tColumn);
    const target = b + 8 * to * bRow;
    const source = b + 8 * from * bRow;
    const common = { out: target, k: fromSize, alpha: -1, accumulate: true, ldout: ldb };
    if (transposedB) {
      const at = { a: source, lda: ldb, b: block, ldb: ldt, transposeB: !transpose };
      yield* matmul64StepsAt(simd, { ...common, ...at, m: columns, n: toSize });
    } else {
      const at = { a: block, lda: ldt, transposeA: transpose, b: source, ldb };
      yield* matmul64StepsAt(simd, { ...common, ...at, m: toSize, n: columns });
    }
  }

  function* solve(start: number, size: number): Steps<void> {
    if (size <= TRIANGLE64) {
      yield* leaf(start, size);
      return;
    }
    const half = Math.ceil(size / 2 / TRIANGLE64) * TRIANGLE64;
    const parts = [
      [start, half],
      [start + half, size - half],
    ] as const;
    const [first, second] = backward ? [parts[1], parts[0]] : parts;
    yield* solve(...first);
    yield* update(...second, ...first);
    yield* solve(...second);
  }

  yield* solve(0, n);
}

/**
 * The X that solves op(T)·X = B: T n×n triangular, B and X n×columns, float64, row-major.
 *
 * @throws RangeError if sizes do not match, a number is not finite, or T has a zero on its
 * diagonal.
 * @example
 * const t = Float64Array.of(2, 0, 1, 4); // lower
 * solveTriangular(getSimd(), t, Float64Array.of(4, 10), 2); // 2, 2
 */
export function solveTriangular(
  simd: Simd,
  t: Float64Array,
  b: Float64Array,
  n: number,
  options: TriangularOptions = {},
): Float64Array {
  return atOnce(solveTriangularSteps(simd, t, b, n, options));
}

/**
 * `solveTriangular` in steps, with the same bits; it throws as `solveTriangular` does.
 *
 * @example
 * const t = Float64Array.of(2, 0, 1, 4); // lower
 * await inTurns(solveTriangularSteps(getSimd(), t, Float64Array.of(4, 10), 2)); // 2, 2
 */
export function* solveTriangularSteps(
  simd: Simd,
  t: Float64Array,
  b: Float64Array,
  n: number,
  options: TriangularOptions = {},
): Steps<Float64Array> {
  nonNegativeInteger('n', n);
  checkMatrix('t', t, n, n);
  const columns = columnsOf(b, n);
  for (let i = 0; i < n; i++) {
    if (t[i * (n + 1)] === 0) {
      throw new RangeError(`\`t\` must have no zero on its diagonal. Received: 0 at row ${i}.`);
    }
  }
  return yield* inWorkspace(simd, function* (space) {
    const at = { t: space.put(t), b: space.put(b) };
    maxAbsAt(simd, 't', at.t, n, n);
    maxAbsAt(simd, 'b', at.b, n, columns);
    yield* solveTriangularStepsAt(simd, { ...options, ...at, n, columns });
    return simd.f64(at.b, n * columns).slice();
  });
}

/** The number of columns of B if it has n rows. */
export function columnsOf(b: Float64Array, n: number): number {
  const columns = n === 0 ? 0 : b.length / n;
  if (!Number.isInteger(columns) || (n === 0 && b.length > 0)) {
    throw new RangeError(`\`b\` must have ${n} rows. Received: ${b.length} numbers.`);
  }
  return columns;
}
