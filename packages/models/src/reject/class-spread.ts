import { knownOptions, positiveFinite, rangeError } from '@kernel-methods/check';
import { getSimd, matmul, type Simd, type Steps } from '@kernel-methods/simd';
import type { FeatureBlock } from '../estimators/feature-blocks.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import type { Matrix } from '../numerics/numerics.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import { scaledInverse } from '../ridge/distances.ts';
import { factorSteps } from '../ridge/factor.ts';
import { OwnedMatrices } from '../solvers/owned-matrices.ts';
import { base64Of, floatsIn } from './base64.ts';
import type { ClassMoments } from './class-moments.ts';

/** Settings of scores by distances from classes. */
export interface SpreadOptions {
  /**
   * What is added to a covariance in each direction, as a share of the sum of its variances. Default
   * 1e-4, which was the best on CLINC150's validation rows.
   */
  readonly floor?: number;
}

/** How far rows are from classes, in the unit of the spread within them. */
export interface ClassSpread {
  /** Features per row, D. */
  readonly width: number;
  /** The mean of all rows, D. */
  readonly mean: Float32Array;
  /** L⁻¹ of the covariance within classes, `D × D`. */
  readonly within: Float32Array;
  /** L⁻¹ of the covariance of all rows, `D × D`; absent where it is not asked for. */
  readonly total?: Float32Array;
  /** The means of the classes after `within`, `classes × D`. */
  readonly places: Float32Array;
}

/** The most features: the matrices of their products take 0.5 GB each. */
const MOST_FEATURES = 8192;

export function spreadOptions(name: string, options: SpreadOptions): { floor: number } {
  knownOptions(`The options of \`${name}\``, options, ['floor']);
  const { floor = 1e-4 } = options;
  return { floor: positiveFinite('floor', floor) };
}

/** @throws RangeError if there are too many features. */
export function* spreadSteps(
  moments: ClassMoments,
  { floor, total }: { readonly floor: number; readonly total: boolean },
): Steps<ClassSpread> {
  const { width, mean, offsets, shares } = moments;
  if (width > MOST_FEATURES) {
    throw rangeError(
      'score',
      `be 'energy', 'margin' or 'probability' for more than ${MOST_FEATURES} features`,
      `a distance in ${width}`,
    );
  }
  const simd = getSimd();
  const within = yield* whitening(simd, yield* withinClasses(moments), width, floor);
  const means = Float32Array.from(offsets);
  const places = matmul(simd, means, within, {
    ...{ m: shares.length, n: width, k: width, transposeB: true },
  });
  yield;
  return {
    width,
    mean: Float32Array.from(mean),
    within,
    ...(total && { total: yield* whitening(simd, moments.covariance, width, floor) }),
    // A class without rows is nowhere.
    places: places.map((value, at) =>
      shares[Math.floor(at / width)] < 1e-12 ? Number.NaN : value,
    ),
  };
}

/** L⁻¹, L·Lᵀ the covariance with a share of its trace added in each direction. */
function* whitening(
  simd: Simd,
  covariance: Float64Array,
  width: number,
  floor: number,
): Steps<Float32Array> {
  let trace = 0;
  for (let i = 0; i < width; i++) trace += covariance[(i * (i + 3)) / 2];
  const none = { yMean: new Float64Array(1), yy: new Float64Array(1), zy: new Float64Array(width) };
  const sums = {
    ...none,
    width,
    units: 1,
    weight: 1,
    zMean: new Float64Array(width),
    zz: covariance,
  };
  const factor = yield* factorSteps(simd, sums, floor * (trace || 1));
  try {
    const upper = yield* scaledInverse(simd, factor.l, width, 1);
    yield;
    const lower = new Float32Array(upper.length);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) lower[i * width + j] = upper[j * width + i];
    }
    return lower;
  } finally {
    factor.free();
  }
}

/** The covariance of all rows minus that of the means of their classes. */
function* withinClasses({ width, covariance, offsets, shares }: ClassMoments): Steps<Float64Array> {
  const within = covariance.slice();
  for (let i = 0, at = 0; i < width; at += ++i) {
    for (let k = 0; k < shares.length; k++) {
      const factor = shares[k] * offsets[k * width + i];
      for (let j = 0; j <= i; j++) within[at + j] -= factor * offsets[k * width + j];
    }
    if (i % 16 === 15) yield;
  }
  return within;
}

/** Squared distances of rows from the nearest class and, if asked for, from the mean of all. */
export interface Distances {
  readonly nearest: Float64Array;
  readonly total: Float64Array;
}

/** The distances of rows, a block at a time. */
export async function* distancesOf(
  blocks: AsyncIterable<FeatureBlock>,
  spread: ClassSpread,
): AsyncGenerator<Distances> {
  const { width, mean, within, total, places } = spread;
  const numerics = numericsFor();
  const owned = new OwnedMatrices(numerics);
  try {
    const classes = places.length / width;
    const ofClasses = squaredLengths(places, width);
    const none = owned.zeros(1, width);
    const own = { weights: owned.matrix(within, width, width), bias: none };
    const all = total && { weights: owned.matrix(total, width, width), bias: none };
    const means = { weights: owned.matrix(places, classes, width), bias: owned.zeros(1, classes) };
    for await (const { z, rows, width: given } of blocks) {
      if (given !== width) {
        throw rangeError('x', `have ${width} features, as in calibration`, String(given));
      }
      const picked = { from: 0, count: rows };
      const centred = numerics.matrix(
        z.map((value, at) => value - mean[at % width]),
        rows,
        width,
      );
      let white: Matrix | undefined;
      try {
        const values = await scoresInTurns(numerics, { z: centred, picked }, own);
        white = numerics.matrix(values, rows, width);
        const products = await scoresInTurns(numerics, { z: white, picked }, means);
        const lengths = squaredLengths(values, width);
        const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
        for (let row = 0; row < rows; row++) {
          for (let k = 0; k < classes; k++) {
            const squared = lengths[row] - 2 * products[row * classes + k] + ofClasses[k];
            // A comparison with NaN is false.
            if (squared < nearest[row]) nearest[row] = squared;
          }
        }
        const far = all && (await scoresInTurns(numerics, { z: centred, picked }, all));
        yield { nearest, total: far ? squaredLengths(far, width) : new Float64Array(rows) };
      } finally {
        centred.dispose();
        white?.dispose();
      }
    }
  } finally {
    owned.dispose();
  }
}

function squaredLengths(values: Float32Array, width: number): Float64Array {
  const out = new Float64Array(values.length / width);
  for (let row = 0, at = 0; row < out.length; row++) {
    for (let i = 0; i < width; i++, at++) out[row] += values[at] * values[at];
  }
  return out;
}

const PARTS = ['mean', 'within', 'places', 'total'] as const;

/** The state as JSON: numbers as base64 of float32, of triangles what is not 0. */
export function writeSpread({ width, mean, within, total, places }: ClassSpread): unknown {
  return {
    width,
    mean: base64Of(mean),
    within: base64Of(triangleOf(within, width)),
    places: base64Of(places),
    ...(total && { total: base64Of(triangleOf(total, width)) }),
  };
}

/** @throws TypeError or RangeError unless `writeSpread` could have returned it. */
export function readSpread(json: unknown): ClassSpread {
  const given = (json ?? {}) as Record<string, unknown>;
  const width = given.width as number;
  const [mean, within, places, total] = PARTS.map((name) =>
    name === 'total' && given.total === undefined ? undefined : floatsIn(given[name], name),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array | undefined];
  const size = (width * (width + 1)) / 2;
  const fits =
    Number.isSafeInteger(width) &&
    width > 0 &&
    mean.length === width &&
    within.length === size &&
    places.length % width === 0 &&
    (total === undefined || total.length === size);
  if (!fits) throw rangeError('record.state', 'have numbers that fit each other', `width ${width}`);
  return {
    ...{ width, mean, places },
    within: squareOf(within, width),
    ...(total && { total: squareOf(total, width) }),
  };
}

/** The lower triangle, row by row. */
function triangleOf(square: Float32Array, width: number): Float32Array {
  const out = new Float32Array((width * (width + 1)) / 2);
  for (let i = 0, at = 0; i < width; at += ++i) {
    out.set(square.subarray(i * width, i * width + i + 1), at);
  }
  return out;
}

function squareOf(triangle: Float32Array, width: number): Float32Array {
  const out = new Float32Array(width * width);
  for (let i = 0, at = 0; i < width; at += ++i) {
    out.set(triangle.subarray(at, at + i + 1), i * width);
  }
  return out;
}
