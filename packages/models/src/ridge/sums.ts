import { atOnce, type Steps } from '@kernel-methods/simd';
import type { MomentSums } from '../numerics/numerics.ts';

/**
 * Everything that ridge regression needs to know about its rows: their means, and sums about these,
 * in float64, with only the lower triangle of Σ s·(z − z̄)(z − z̄)ᵀ. Without rows all are 0.
 */
export interface RidgeSums {
  readonly width: number;
  readonly units: number;
  /** Σ s. */
  weight: number;
  /** z̄, `width`. */
  readonly zMean: Float64Array;
  /** ȳ, `units`. */
  readonly yMean: Float64Array;
  /** Σ s·(y − ȳ)², `units`. */
  readonly yy: Float64Array;
  /** Σ s·(z − z̄)·(y − ȳ)ᵀ, row-major `width × units`. */
  readonly zy: Float64Array;
  /** Σ s·(z − z̄)·(z − z̄)ᵀ, row by row up to the diagonal: element (i, j) at i(i + 1)/2 + j. */
  readonly zz: Float64Array;
}

export const triangleSize = (width: number) => (width * (width + 1)) / 2;

export const zeroSums = (width: number, units: number): RidgeSums => ({
  width,
  units,
  weight: 0,
  zMean: new Float64Array(width),
  yMean: new Float64Array(units),
  yy: new Float64Array(units),
  zy: new Float64Array(width * units),
  zz: new Float64Array(triangleSize(width)),
});

/** The sums of a `Moments`, not copied. */
export const sumsOf = (width: number, units: number, from: MomentSums): RidgeSums => ({
  width,
  units,
  ...from,
});

export const copied = (sums: RidgeSums): RidgeSums => ({
  ...sums,
  zMean: sums.zMean.slice(),
  yMean: sums.yMean.slice(),
  yy: sums.yy.slice(),
  zy: sums.zy.slice(),
  zz: sums.zz.slice(),
});

/** Adds the sums of a `Moments`. */
export const addMoments = (to: RidgeSums, from: MomentSums): void =>
  atOnce(addMomentsSteps(to, from));

export const addMomentsSteps = (to: RidgeSums, from: MomentSums): Steps<void> =>
  combine(to, from, 1);

/** Adds other sums, or subtracts them (`sign` −1). */
export const addSums = (to: RidgeSums, from: RidgeSums, sign: 1 | -1): void =>
  atOnce(combine(to, from, sign));

/** The lower half of a square matrix, row by row up to the diagonal. */
export function lowerHalf(square: Float64Array, width: number): Float64Array {
  const half = new Float64Array(triangleSize(width));
  for (let row = 0; row < width; row++) {
    half.set(square.subarray(row * width, row * width + row + 1), triangleSize(row));
  }
  return half;
}

/** The same rows with one more output, whose target was `value` in all of them. */
export function widened(sums: RidgeSums, value: number): RidgeSums {
  const { width, units, weight } = sums;
  const zy = new Float64Array(width * (units + 1));
  // A constant target has products of 0.
  for (let i = 0; i < width; i++) {
    zy.set(sums.zy.subarray(i * units, (i + 1) * units), i * (units + 1));
  }
  return {
    ...sums,
    units: units + 1,
    yMean: Float64Array.of(...sums.yMean, weight === 0 ? 0 : value),
    yy: Float64Array.of(...sums.yy, 0),
    zy,
  };
}

/**
 * One output y as two, −y and y: two classes that were distinguished by a sign get an output each.
 */
export function mirrored(sums: RidgeSums): RidgeSums {
  const both = (values: Float64Array, sign: 1 | -1) =>
    Float64Array.from({ length: 2 * values.length }, (_, i) =>
      i % 2 === 0 ? sign * values[i >> 1] : values[i >> 1],
    );
  const { yMean, yy, zy } = sums;
  return { ...sums, units: 2, yMean: both(yMean, -1), yy: both(yy, 1), zy: both(zy, -1) };
}

/** The rows of a matrix that are added in a step: a few milliseconds of work. */
const ROWS = 256;

/** The rounding that may remain of a weight after all of it is subtracted. */
const NOTHING = 1e-14;

/**
 * Σ over both = Σ over each + s₁·s₂/(s₁ + s₂)·δδᵀ, δ the difference of the means; with −s₂ for
 * subtraction (Chan, Golub & LeVeque 1983). The common offset of all rows is in no product.
 */
function* combine(to: RidgeSums, from: MomentSums, sign: 1 | -1): Steps<void> {
  if (from.weight === 0) return;
  const { width, units, weight: before } = to;
  const added = sign * from.weight;
  const after = before + added;
  if (Math.abs(after) <= NOTHING * before) {
    to.weight = 0;
    for (const name of ['zMean', 'yMean', 'yy', 'zy', 'zz'] as const) to[name].fill(0);
    return;
  }
  const share = added / after;
  const between = before * share;
  const z = from.zMean.map((mean, i) => mean - to.zMean[i]);
  const y = from.yMean.map((mean, i) => mean - to.yMean[i]);
  for (let row = 0, at = 0; row < width; row++) {
    const apart = between * z[row];
    for (let column = 0; column <= row; column++, at++) {
      to.zz[at] += sign * from.zz[at] + apart * z[column];
    }
    for (let unit = 0, cross = row * units; unit < units; unit++, cross++) {
      to.zy[cross] += sign * from.zy[cross] + apart * y[unit];
    }
    to.zMean[row] += share * z[row];
    if (row % ROWS === ROWS - 1) yield;
  }
  for (let unit = 0; unit < units; unit++) {
    to.yy[unit] += sign * from.yy[unit] + between * y[unit] * y[unit];
    to.yMean[unit] += share * y[unit];
  }
  to.weight = after;
}
