import {
  choleskySolveStepsAt,
  getSimd,
  matmul64StepsAt,
  type Simd,
  type Steps,
} from '@kernel-methods/simd';
import { CONSTANT, factorInPlace } from './factor.ts';
import { isSparseRows, type RowValues } from './kept-rows.ts';
import { alphaOf, headOf, type RidgeSolution } from './solve.ts';
import { sparseBackSteps, sparseConstants, sparseGramSteps, sparseMean } from './sparse-solve.ts';

/** Rows of features with their targets, `count × width` and `count × units`, and weights above 0. */
export interface KeptRows {
  readonly z: RowValues;
  readonly y: Float32Array;
  readonly weights: Float32Array;
  readonly width: number;
  readonly units: number;
}

/** The data that solutions for several penalties share. */
export interface RowsGram {
  readonly count: number;
  /** Σ s. */
  readonly weight: number;
  readonly zMean: Float64Array;
  readonly yMean: Float64Array;
  /** K = X·Xᵀ for X = √s·(z − z̄), its lower triangle; row-major `count × count`. */
  readonly gram: Float64Array;
  /** √s·(y − ȳ), `count × units`. */
  readonly targets: Float64Array;
  /** The number of constant features. */
  readonly dropped: number;
}

/** The number of rows of the Gram matrix that are computed in one step. */
const STRIP = 64;

/** @throws RangeError if a number is not finite, or no row has a weight. */
export function* rowsGramSteps(rows: KeptRows): Steps<RowsGram> {
  const simd = getSimd();
  const { width, units } = rows;
  const count = rows.weights.length;
  const weight = rows.weights.reduce((sum, s) => sum + s, 0);
  if (!(weight > 0)) {
    throw new RangeError(`\`weight\` of all rows must be above 0. Received: ${weight}.`);
  }
  const { z, weights } = rows;
  const zMean = isSparseRows(z)
    ? sparseMean(z, weights, weight)
    : yield* meanOf(z, width, weights, weight);
  const yMean = yield* meanOf(rows.y, units, rows.weights, weight);
  if (![zMean, yMean].every((mean) => mean.every(Number.isFinite))) {
    throw new RangeError(
      '`z` and `y` must hold finite numbers only. Received: a sum that is not finite.',
    );
  }
  const targets = new Float64Array(count * units);
  yield* writeCentred(rows.y, units, weights, yMean, () => targets);
  const shared = { count, weight, zMean, yMean, targets };
  if (isSparseRows(z)) {
    const centring = { weights, mean: zMean };
    const gram = yield* sparseGramSteps(z, centring);
    return { ...shared, gram, dropped: sparseConstants(z, centring) };
  }
  const x = simd.alloc(8 * count * width);
  const out = simd.alloc(8 * count * count);
  try {
    const centred = () => simd.f64(x, count * width);
    yield* writeCentred(z, width, weights, zMean, centred);
    const dropped = yield* constantColumns(centred, zMean, weight);
    for (let from = 0; from < count; from += STRIP) {
      const m = Math.min(STRIP, count - from);
      const strip = { a: x + 8 * from * width, b: x, out: out + 8 * from * count, ldout: count };
      yield* matmul64StepsAt(simd, { ...strip, m, n: from + m, k: width, transposeB: true });
      yield;
    }
    const gram = simd.f64(out, count * count).slice();
    return { ...shared, gram, dropped };
  } finally {
    simd.free(x);
    simd.free(out);
  }
}

/**
 * Ridge regression in the space of the rows, for fewer rows than features: W = Xᵀ·A⁻¹·T with
 * A = X·Xᵀ + alpha·I, which is (XᵀX + alpha·I)⁻¹·XᵀT. Float64 throughout.
 *
 * Saunders, Gammerman & Vovk, "Ridge regression learning algorithm in dual variables", ICML 1998.
 */
export function* rowsSolveSteps(
  rows: KeptRows,
  shared: RowsGram,
  l2: number,
): Steps<RidgeSolution> {
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`l2\` must be a finite number, 0 or above. Received: ${l2}.`);
  }
  const simd = getSimd();
  const { width, units } = rows;
  const { count, weight, zMean, yMean, targets, dropped } = shared;
  const alpha = alphaOf(l2, { weight, units });
  const a = simd.alloc(8 * count * count);
  const dual = simd.alloc(8 * count * units);
  try {
    const added = yield* factorSteps(simd, a, rows, shared, alpha);
    simd.f64(dual, count * units).set(targets);
    const system = { a, b: dual, n: count, columns: units, factored: true };
    yield* choleskySolveStepsAt(simd, system);
    yield;
    const columns = yield* backSteps(simd, rows, zMean, dual);
    const head = headOf({ width, units, zMean, yMean }, columns);
    // Since A·a = T, the residuals T − K·a are added·a, without cancellation.
    const squares = simd.f64(dual, count * units).reduce((sum, v) => sum + v * v, 0);
    const loss = (added * Math.sqrt(squares)) ** 2 / (units * weight);
    return { head, l2, jitter: added - alpha, dropped, loss };
  } finally {
    for (const pointer of [a, dual]) simd.free(pointer);
  }
}

/** Xᵀ·A for the centred rows X and A of `count × units` in simd's memory. */
function* backSteps(
  simd: Simd,
  { z, weights, width, units }: KeptRows,
  mean: Float64Array,
  dual: number,
): Steps<Float64Array> {
  const count = weights.length;
  if (isSparseRows(z)) {
    return yield* sparseBackSteps(z, { weights, mean }, simd.f64(dual, count * units).slice());
  }
  const x = simd.alloc(8 * count * width);
  const out = simd.alloc(8 * width * units);
  try {
    yield* writeCentred(z, width, weights, mean, () => simd.f64(x, count * width));
    const product = { a: x, b: dual, out, m: width, n: units, k: count };
    yield* matmul64StepsAt(simd, { ...product, transposeA: true });
    return simd.f64(out, width * units).slice();
  } finally {
    simd.free(x);
    simd.free(out);
  }
}

/** The share of a float64 sum that may be rounding. */
const ROUNDING = 2 ** -48;

/**
 * Factors K + added·I + c·u·uᵀ, u = √s: K·u = 0 because rows are centred, and uᵀ·T = 0, so the last
 * term does not change the solution but makes the matrix definite.
 *
 * @returns alpha, plus what must be added to it because of rounding, for example if rows are equal.
 */
function* factorSteps(
  simd: Simd,
  a: number,
  { weights }: KeptRows,
  { count, gram, weight }: RowsGram,
  alpha: number,
): Steps<number> {
  let trace = 0;
  for (let i = 0; i < count; i++) trace += gram[i * (count + 1)];
  const mean = trace / count || 1;
  const share = Math.max(mean, Math.min(alpha, 1e100)) / weight;
  const first = alpha >= ROUNDING * mean ? alpha : Math.sqrt(ROUNDING) * mean;
  for (let jitter = 0; ; jitter = jitter === 0 ? first : 10 * jitter) {
    if (jitter > 10 * Math.max(mean, alpha)) {
      throw new Error(`The rows' Gram matrix has no Cholesky factor, even with ${jitter}.`);
    }
    const added = alpha + jitter;
    const matrix = simd.f64(a, count * count);
    for (let i = 0; i < count; i++) {
      const root = share * Math.sqrt(weights[i]);
      for (let j = 0; j <= i; j++) {
        matrix[i * count + j] = gram[i * count + j] + root * Math.sqrt(weights[j]);
      }
      matrix[i * (count + 1)] += added;
    }
    yield;
    if (!(yield* factorInPlace(simd, a, count))) continue;
    const least = Math.max(added, ROUNDING * count * mean) / 2;
    const l = simd.f64(a, count * count);
    let holds = true;
    for (let i = 0; i < count; i++) holds &&= l[i * (count + 1)] ** 2 >= least;
    if (holds) return added;
  }
}

/** The numbers that plain loops process in a step: a few milliseconds of work. */
const NUMBERS = 2 ** 20;

const rowsInStep = (width: number) => Math.max(1, Math.floor(NUMBERS / width));

function* meanOf(
  values: Float32Array,
  width: number,
  weights: Float32Array,
  weight: number,
): Steps<Float64Array> {
  const mean = new Float64Array(width);
  const together = rowsInStep(width);
  // Relative to the first row, so that the mean of equal numbers is exactly that number.
  for (let row = 0, at = 0; row < weights.length; row++) {
    const share = weights[row] / weight;
    for (let i = 0; i < width; i++, at++) mean[i] += share * (values[at] - values[i]);
    if (row % together === together - 1) yield;
  }
  return mean.map((apart, i) => values[i] + apart);
}

/** √s·(value − mean). `out` returns the array, which a step may have moved. */
function* writeCentred(
  values: Float32Array,
  width: number,
  weights: Float32Array,
  mean: Float64Array,
  out: () => Float64Array,
): Steps<void> {
  const together = rowsInStep(width);
  for (let from = 0, at = 0; from < weights.length; from += together) {
    const centred = out();
    for (let row = from; row < Math.min(from + together, weights.length); row++) {
      const root = Math.sqrt(weights[row]);
      for (let i = 0; i < width; i++, at++) centred[at] = root * (values[at] - mean[i]);
    }
    yield;
  }
}

function* constantColumns(
  x: () => Float64Array,
  mean: Float64Array,
  weight: number,
): Steps<number> {
  const width = mean.length;
  const squares = new Float64Array(width);
  const together = rowsInStep(width) * width;
  const { length } = x();
  for (let from = 0; from < length; from += together) {
    const values = x().subarray(from, from + together);
    for (let at = 0, i = 0; at < values.length; at++, i = i + 1 === width ? 0 : i + 1) {
      squares[i] += values[at] * values[at];
    }
    yield;
  }
  return squares.filter((square, i) => square <= weight * (CONSTANT * mean[i]) ** 2).length;
}
