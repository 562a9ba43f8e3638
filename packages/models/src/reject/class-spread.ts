import { knownOptions, positiveFinite, rangeError } from '@kernel-methods/check';
import { getSimd, inTurns, type Simd, type Steps } from '@kernel-methods/simd';
import { base64Of, floatsIn } from '../data/base64.ts';
import type { FeatureBlock } from '../estimators/feature-blocks.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import { BLOCK_ROWS, scaledInverse } from '../ridge/distances.ts';
import { factorSteps } from '../ridge/factor.ts';
import { zeroSums } from '../ridge/sums.ts';
import { OwnedMatrices } from '../solvers/owned-matrices.ts';
import type { ClassMoments } from './class-moments.ts';
import { mirrorLower } from './mirror-lower.ts';

/** Settings of scores by distances from classes. */
export interface SpreadOptions {
  /**
   * What is added to a covariance in each direction, as a share of the sum of its variances. Default
   * 1e-4, which was the best on CLINC150's validation rows.
   */
  readonly floor?: number;
}

/**
 * Squared distances from classes as a quadratic form, the same for all classes, and a linear one for each:
 * with c = z − z̄ a row's score is cᵀ·M·c + max_k (2·cᵀq_k − p_k).
 */
export interface ClassSpread {
  /** Features per row, D. */
  readonly width: number;
  /** The mean of all rows z̄, D. */
  readonly mean: Float32Array;
  /** M, symmetric, `D × D`. */
  readonly form: Float32Array;
  /** q_k = S⁻¹o_k, `classes × D`: o_k is the mean of a class minus z̄, S the covariance within classes. */
  readonly slopes: Float32Array;
  /** p_k = o_kᵀS⁻¹o_k of each class; infinite for a class without rows, which is nowhere. */
  readonly lengths: Float32Array;
}

/** The most features: the matrices of their products take 0.5 GB each. */
const MOST_FEATURES = 8192;

export function spreadOptions(name: string, options: SpreadOptions): { floor: number } {
  knownOptions(`The options of \`${name}\``, options, ['floor']);
  const { floor = 1e-4 } = options;
  return { floor: positiveFinite('floor', floor) };
}

/**
 * The score −min_k (z − m_k)ᵀS⁻¹(z − m_k); with `total` the distance (z − z̄)ᵀT⁻¹(z − z̄) is added, with the
 * covariance T of all rows. S and T have a share of their trace added in each direction.
 *
 * @throws RangeError if there are too many features; the signal's reason when aborted.
 */
export async function learnSpread(
  moments: ClassMoments,
  { floor, total }: { readonly floor: number; readonly total: boolean },
  signal?: AbortSignal,
): Promise<ClassSpread> {
  const { width, mean, offsets, shares } = moments;
  if (width > MOST_FEATURES) {
    throw rangeError(
      'score',
      `be 'energy', 'margin' or 'probability' for more than ${MOST_FEATURES} features`,
      `a distance in ${width}`,
    );
  }
  const within = await withinClasses(moments, signal);
  const all = traceOf(moments.covariance, width);
  // Classes that are points have no covariance within, up to the rounding of that of all rows.
  const least = Math.max(floor * traceOf(within, width), ROUNDING * all) || floor;
  const inverse = await inverseOf(within, width, least, signal);
  const means = Float32Array.from(offsets);
  const slopes = await product(means, inverse, width, signal);
  const form = total
    ? await inverseOf(moments.covariance, width, floor * (all || 1), signal)
    : new Float32Array(inverse.length);
  for (let at = 0; at < form.length; at++) form[at] -= inverse[at];
  const lengths = Float32Array.from(shares, (share, k) => {
    if (share < 1e-12) return Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let i = k * width; i < (k + 1) * width; i++) sum += means[i] * slopes[i];
    return sum;
  });
  return { width, mean: Float32Array.from(mean), form, slopes, lengths };
}

/** What float32 leaves of a difference of covariances, as a share of their trace. */
const ROUNDING = 1e-6;

/** The inverse of a covariance with `alpha` added in each direction. */
async function inverseOf(
  covariance: Float64Array,
  width: number,
  alpha: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const upper = await inTurns(inverseFactor(getSimd(), covariance, width, alpha), signal);
  return squareOf(upper, width, signal);
}

/**
 * U·Uᵀ of an upper triangle, by blocks of rows: up to the diagonal, and of the columns that are not 0, which
 * is a sixth of the whole product.
 */
async function squareOf(
  upper: Float32Array,
  width: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const out = new Float32Array(upper.length);
  for (let from = 0; from < width; from += BLOCK_ROWS) {
    const to = Math.min(width, from + BLOCK_ROWS);
    const [own, all] = [from, 0].map((first) => partOf(upper, { width, first, to, from }));
    const part = await product(own, all, width - from, signal);
    for (let i = from; i < to; i++) {
      out.set(part.subarray((i - from) * to, (i - from) * to + i + 1), i * width);
    }
  }
  mirrorLower(out, width);
  return out;
}

/** The rows from `first` to `to`, of them the columns from `from` on. */
function partOf(
  matrix: Float32Array,
  { width, first, to, from }: { width: number; first: number; to: number; from: number },
): Float32Array {
  const out = new Float32Array((to - first) * (width - from));
  for (let row = first, at = 0; row < to; row++, at += width - from) {
    out.set(matrix.subarray(row * width + from, (row + 1) * width), at);
  }
  return out;
}

/** a·bᵀ of matrices with rows of `width` numbers. */
async function product(
  a: Float32Array,
  b: Float32Array,
  width: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const numerics = numericsFor();
  const owned = new OwnedMatrices(numerics);
  try {
    const [rows, units] = [a.length / width, b.length / width];
    const z = owned.matrix(a, rows, width);
    const head = { weights: owned.matrix(b, units, width), bias: owned.zeros(1, units) };
    return await scoresInTurns(numerics, { z, picked: { from: 0, count: rows } }, head, signal);
  } finally {
    owned.dispose();
  }
}

/** L⁻ᵀ, L·Lᵀ the covariance with `alpha` added in each direction. */
function* inverseFactor(
  simd: Simd,
  covariance: Float64Array,
  width: number,
  alpha: number,
): Steps<Float32Array> {
  const sums = { ...zeroSums(width, 1), weight: 1, zz: covariance };
  const factor = yield* factorSteps(simd, sums, alpha);
  try {
    return yield* scaledInverse(simd, factor.l, width, 1);
  } finally {
    factor.free();
  }
}

function traceOf(covariance: Float64Array, width: number): number {
  let trace = 0;
  for (let i = 0; i < width; i++) trace += covariance[(i * (i + 3)) / 2];
  return trace;
}

/** The covariance of all rows minus that of the means of their classes. */
async function withinClasses(
  { width, covariance, offsets, shares }: ClassMoments,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const classes = shares.length;
  const weighed = new Float32Array(width * classes);
  for (let i = 0, at = 0; i < width; i++) {
    for (let k = 0; k < classes; k++, at++) {
      weighed[at] = Math.sqrt(shares[k]) * offsets[k * width + i];
    }
  }
  const between = await product(weighed, weighed, classes, signal);
  const within = covariance.slice();
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j <= i; j++, at++) within[at] -= between[i * width + j];
  }
  return within;
}

/** The scores of rows, a block at a time. */
export async function scoresOf(
  blocks: AsyncIterable<FeatureBlock>,
  { width, mean, form, slopes, lengths }: ClassSpread,
): Promise<Float64Array> {
  const numerics = numericsFor();
  const owned = new OwnedMatrices(numerics);
  const scores: number[] = [];
  try {
    const classes = lengths.length;
    const square = { weights: owned.matrix(form, width, width), bias: owned.zeros(1, width) };
    const linear = { weights: owned.matrix(slopes, classes, width), bias: owned.zeros(1, classes) };
    for await (const { z, rows, width: given } of blocks) {
      if (given !== width) {
        throw rangeError('x', `have ${width} features, as in calibration`, String(given));
      }
      const picked = { from: 0, count: rows };
      const values = minusMean(z, mean);
      const centred = numerics.matrix(values, rows, width);
      try {
        const products = await scoresInTurns(numerics, { z: centred, picked }, square);
        const along = await scoresInTurns(numerics, { z: centred, picked }, linear);
        for (let row = 0; row < rows; row++) {
          scores.push(nearest(along, row, lengths) + dot(values, products, row, width));
        }
      } finally {
        centred.dispose();
      }
    }
    return Float64Array.from(scores);
  } finally {
    owned.dispose();
  }
}

// Loops in functions of their own: those of an asynchronous one are compiled late.

function minusMean(z: Float32Array, mean: Float32Array): Float32Array {
  const values = new Float32Array(z.length);
  for (let at = 0; at < z.length; ) {
    for (let i = 0; i < mean.length; i++, at++) values[at] = z[at] - mean[i];
  }
  return values;
}

/** max_k (2·cᵀq_k − p_k) of a row, whose products cᵀq_k stand in `along`. */
function nearest(along: Float32Array, row: number, lengths: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0, at = row * lengths.length; k < lengths.length; k++, at++) {
    most = Math.max(most, 2 * along[at] - lengths[k]);
  }
  return most;
}

function dot(a: Float32Array, b: Float32Array, row: number, width: number): number {
  let sum = 0;
  for (let i = row * width; i < (row + 1) * width; i++) sum += a[i] * b[i];
  return sum;
}

/** The state as JSON: numbers as base64 of float32, of the symmetric form its lower triangle. */
export function writeSpread({ width, mean, form, slopes, lengths }: ClassSpread): unknown {
  const triangle = new Float32Array((width * (width + 1)) / 2);
  for (let i = 0, at = 0; i < width; at += ++i) {
    triangle.set(form.subarray(i * width, i * width + i + 1), at);
  }
  const parts = { mean, form: triangle, slopes, lengths };
  const written = Object.entries(parts).map(([name, part]) => [name, base64Of(part)]);
  return { width, ...Object.fromEntries(written) };
}

/** @throws TypeError or RangeError unless `writeSpread` could have returned it. */
export function readSpread(json: unknown): ClassSpread {
  const given = (json ?? {}) as Record<string, unknown>;
  const width = given.width as number;
  const [mean, triangle, slopes, lengths] = ['mean', 'form', 'slopes', 'lengths'].map((name) =>
    floatsIn(given[name], name),
  );
  const fits =
    Number.isSafeInteger(width) &&
    width > 0 &&
    mean.length === width &&
    triangle.length === (width * (width + 1)) / 2 &&
    slopes.length === lengths.length * width;
  if (!fits) throw rangeError('record.state', 'have numbers that fit each other', `width ${width}`);
  const form = new Float32Array(width * width);
  for (let i = 0, at = 0; i < width; i++) {
    form.set(triangle.subarray(at, at + i + 1), i * width);
    at += i + 1;
  }
  mirrorLower(form, width);
  return { width, mean, form, slopes, lengths };
}
