import {
  atOnce,
  eighStepsAt,
  getSimd,
  matmul64StepsAt,
  type Simd,
  type Steps,
} from '@kernel-methods/simd';
import { weightOf } from '../data/examples.ts';

/** Some rows, all in memory: row-major `rows × width` features and `rows × units` targets. */
export interface RidgeRows {
  readonly z: Float32Array;
  readonly y: Float32Array;
  /** All 1 if left out. */
  readonly weights?: Float32Array;
  readonly width: number;
  readonly units: number;
}

/** Ridge regression of each row by all other rows, for several values of alpha. */
export interface LeaveOneOut {
  /** Σ s·‖y − f₋(z)‖² / (units·Σ s) for each alpha, f₋ being fitted without the row. */
  readonly errors: Float64Array;
  /** f₋(z) of all rows, `rows × units`, for the alpha of this index; NaN for rows of weight 0. */
  predictions(index: number): Float32Array;
}

/**
 * Leave-one-out in closed form: with H the matrix that maps targets to fitted values, and h its
 * diagonal, y − f₋ = (y − f)/(1 − h). It takes one eigendecomposition for all alphas, of ZcZcᵀ or
 * of ZcᵀZc, whichever is smaller. The bias adds s/Σs to the leverage h. Everything is float64.
 *
 * Allen, "The relationship between variable selection and data augmentation", Technometrics 16, 1974.
 *
 * @param alphas the values that are added to the diagonal of ZcᵀZc, 0 or above; or a function that
 * returns them, given the mean of s·‖zc‖² over the rows.
 */
export const leaveOneOut = (rows: RidgeRows, alphas: Alphas): LeaveOneOutOf =>
  atOnce(leaveOneOutSteps(rows, alphas));

type Alphas = ArrayLike<number> | ((meanSquare: number) => ArrayLike<number>);
type LeaveOneOutOf = LeaveOneOut & { alphas: Float64Array };

/** The same, in steps. */
export function* leaveOneOutSteps(rows: RidgeRows, alphas: Alphas): Steps<LeaveOneOutOf> {
  const simd = getSimd();
  const { width, units } = rows;
  const { count, weight, x, t, share } = yield* centredRows(rows);
  const pointers: number[] = [];
  const alloc = (numbers: number, values?: Float64Array) => {
    const pointer = simd.alloc(8 * numbers);
    pointers.push(pointer);
    if (values !== undefined) simd.f64(pointer, numbers).set(values);
    return pointer;
  };
  try {
    const meanSquare = (yield* squaresOf(x)) / count;
    const grid = Float64Array.from(typeof alphas === 'function' ? alphas(meanSquare) : alphas);
    const rowsAt = alloc(x.length, x);
    yield;
    const { u, lambda } = yield* principalRows(simd, alloc, rowsAt, count, width);
    const rank = lambda.length;
    // t = U·p in the span of the rows, with p = UᵀT; a fit shrinks p by 1 / (λ + alpha).
    const p = alloc(rank * units);
    yield* matmul64StepsAt(simd, {
      a: u,
      b: alloc(t.length, t),
      out: p,
      m: rank,
      n: units,
      k: count,
      transposeA: true,
    });
    const [shrunk, shrinkage] = shrink(lambda, simd.f64(p, rank * units).slice(), units, grid);
    const columns = grid.length * units;
    const fits = alloc(count * columns);
    yield* matmul64StepsAt(simd, {
      a: u,
      b: alloc(shrunk.length, shrunk),
      out: fits,
      m: count,
      n: columns,
      k: rank,
    });
    yield;
    const squares = simd.f64(u, count * rank);
    for (let i = 0; i < squares.length; i++) squares[i] *= squares[i];
    yield;
    const leverages = alloc(count * grid.length);
    yield* matmul64StepsAt(simd, {
      a: u,
      b: alloc(shrinkage.length, shrinkage),
      out: leverages,
      m: count,
      n: grid.length,
      k: rank,
    });
    yield;
    const [fit, h] = [
      simd.f64(fits, count * columns).slice(),
      simd.f64(leverages, count * grid.length).slice(),
    ];

    /** √s·(y − f₋). */
    const residual = (index: number, row: number, unit: number) => {
      const left = 1 - h[row * grid.length + index] - share[row];
      // This row alone determines its fit: the other rows only give their mean.
      const at = row * units + unit;
      if (!(left > 1e-12)) return t[at] / (1 - share[row]);
      return (t[at] - fit[row * columns + index * units + unit]) / left;
    };
    const errors = grid.map((_, index) => {
      let sum = 0;
      for (let row = 0; row < count; row++) {
        for (let unit = 0; unit < units; unit++) sum += residual(index, row, unit) ** 2;
      }
      return sum / (units * weight);
    });
    const predictions = (index: number) =>
      Float32Array.from(rows.y, (target, at) => {
        const row = Math.floor(at / units);
        const root = Math.sqrt(rows.weights?.[row] ?? 1);
        return target - residual(index, row, at % units) / root;
      });
    return { alphas: grid, errors, predictions };
  } finally {
    for (const pointer of pointers) simd.free(pointer);
  }
}

/** Rows, and numbers, that plain loops go over in a step. */
const ROWS = 128;
const NUMBERS = 2 ** 20;

interface CentredRows {
  readonly count: number;
  readonly weight: number;
  readonly x: Float64Array;
  readonly t: Float64Array;
  readonly share: Float64Array;
}

/** √s·(z − z̄), √s·(y − ȳ) and s/Σs. */
function* centredRows(rows: RidgeRows): Steps<CentredRows> {
  const { z, y, weights, width, units } = rows;
  const count = z.length / width;
  const weight = weightOf(count, weights);
  const s = (row: number) => weights?.[row] ?? 1;
  const centred = function* (values: Float32Array, columns: number): Steps<Float64Array> {
    const means = new Float64Array(columns);
    const out = new Float64Array(values.length);
    for (let row = 0, at = 0; row < count; row++) {
      const share = s(row) / weight;
      for (let i = 0; i < columns; i++, at++) means[i] += share * values[at];
      if (row % ROWS === ROWS - 1) yield;
    }
    for (let row = 0, at = 0; row < count; row++) {
      const root = Math.sqrt(s(row));
      for (let i = 0; i < columns; i++, at++) out[at] = root * (values[at] - means[i]);
      if (row % ROWS === ROWS - 1) yield;
    }
    return out;
  };
  const share = Float64Array.from({ length: count }, (_, row) => s(row) / weight);
  const [x, t] = [yield* centred(z, width), yield* centred(y, units)];
  return { count, weight, x, t, share };
}

/** Σ x². */
function* squaresOf(x: Float64Array): Steps<number> {
  let sum = 0;
  for (let from = 0; from < x.length; from += NUMBERS) {
    const end = Math.min(from + NUMBERS, x.length);
    for (let at = from; at < end; at++) sum += x[at] * x[at];
    yield;
  }
  return sum;
}

/** X in the axes of its principal components, `count × rank`, and the eigenvalues of XᵀX there. */
function* principalRows(
  simd: Simd,
  alloc: (numbers: number) => number,
  x: number,
  count: number,
  width: number,
): Steps<{ u: number; lambda: Float64Array }> {
  const rank = Math.min(count, width);
  const gram = alloc(rank * rank);
  const values = alloc(rank);
  const side = { a: x, b: x, out: gram, m: rank, n: rank, lower: true };
  if (count <= width) {
    yield* matmul64StepsAt(simd, { ...side, k: width, transposeB: true });
    yield* eighStepsAt(simd, { a: gram, n: rank, values, vectors: gram });
    const lambda = positive(simd.f64(values, rank));
    const u = simd.f64(gram, rank * rank);
    for (let at = 0; at < u.length; at++) u[at] *= Math.sqrt(lambda[at % rank]);
    return { u: gram, lambda };
  }
  yield* matmul64StepsAt(simd, { ...side, k: count, transposeA: true });
  yield* eighStepsAt(simd, { a: gram, n: rank, values, vectors: gram });
  const u = alloc(count * rank);
  yield* matmul64StepsAt(simd, { a: x, b: gram, out: u, m: count, n: rank, k: width });
  return { u, lambda: positive(simd.f64(values, rank)) };
}

/** Eigenvalues without those that are only rounding. */
function positive(values: Float64Array): Float64Array {
  const least = 1e-13 * values.length * Math.max(0, values[values.length - 1]);
  return values.map((value) => (value > least ? value : 0));
}

/** p/(λ + alpha), `rank × (alphas·units)`, and 1/(λ + alpha), `rank × alphas`. */
function shrink(lambda: Float64Array, p: Float64Array, units: number, alphas: Float64Array) {
  const shrunk = new Float64Array(lambda.length * alphas.length * units);
  const shrinkage = new Float64Array(lambda.length * alphas.length);
  lambda.forEach((value, i) => {
    alphas.forEach((alpha, index) => {
      const factor = value === 0 ? 0 : 1 / (value + alpha);
      const at = i * alphas.length + index;
      shrinkage[at] = factor;
      for (let unit = 0; unit < units; unit++)
        shrunk[at * units + unit] = factor * p[i * units + unit];
    });
  });
  return [shrunk, shrinkage];
}
