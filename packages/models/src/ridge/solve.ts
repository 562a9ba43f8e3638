import { choleskySolveStepsAt, getSimd, type Simd, type Steps } from '@kernel-methods/simd';
import type { Head } from '../data/head.ts';
import { centredCross, factorSteps, type RidgeFactor } from './factor.ts';
import type { RidgeSums } from './sums.ts';

export interface RidgeSolution {
  readonly head: Head;
  /** The penalty that was given. */
  readonly l2: number;
  /**
   * What was added to the diagonal because of rounding, in addition to alpha = l2·Σs·units/2.
   * Mostly 0.
   */
  readonly jitter: number;
  /** The number of features that are constant in float32, and so have no weight. Mostly 0. */
  readonly dropped: number;
  /** Mean squared error over the rows, weighted: Σ s·‖y − f(z)‖² / (units·Σ s). */
  readonly loss: number;
}

/**
 * The head that minimizes Σ s·‖y − Wz − b‖² / (units·Σ s) + (l2/2)‖W‖², b not penalized:
 * (ZcᵀZc + alpha·I)·Wᵀ = ZcᵀYc with centred rows and alpha = l2·Σs·units/2, then b = ȳ − W·z̄.
 */
export function* solveSteps(sums: RidgeSums, l2: number): Steps<RidgeSolution> {
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`l2\` must be a finite number, 0 or above. Received: ${l2}.`);
  }
  const simd = getSimd();
  const factor = yield* factorSteps(simd, sums, alphaOf(l2, sums));
  try {
    const { columns, residuals } = yield* solveFactored(simd, sums, factor);
    const loss = residuals.reduce((a, b) => a + b) / (sums.units * sums.weight);
    const { jitter, dropped } = factor;
    return { head: headOf(sums, columns), l2, jitter, dropped, loss };
  } finally {
    factor.free();
  }
}

/** Wᵀ, `width × units`, and for each output Σ s·(y − f(z))². */
export function* solveFactored(
  simd: Simd,
  sums: RidgeSums,
  { l, added }: RidgeFactor,
): Steps<{ columns: Float64Array; residuals: Float64Array }> {
  const { width, units } = sums;
  const cross = centredCross(sums, added);
  const b = simd.alloc(8 * cross.length);
  try {
    simd.f64(b, cross.length).set(cross);
    yield* choleskySolveStepsAt(simd, { a: l, b, n: width, columns: units, factored: true });
    const columns = simd.f64(b, cross.length).slice();
    return { columns, residuals: squaredResiduals(sums, cross, columns, added) };
  } finally {
    simd.free(b);
  }
}

/**
 * What the normal equations add to the diagonal for a penalty. It is limited so that its sums and
 * products are finite; all float32 weights are 0 then anyway.
 */
export const alphaOf = (l2: number, { weight, units }: Pick<RidgeSums, 'weight' | 'units'>) =>
  Math.min((l2 / 2) * weight * units, 1e200);

/** The penalty for a number on the diagonal: the inverse of `alphaOf`. */
export const penaltyOf = (alpha: number, { weight, units }: Pick<RidgeSums, 'weight' | 'units'>) =>
  (2 * alpha) / (weight * units);

/** A head from Wᵀ (`width × units`), with the bias that follows from centring. */
export function headOf(
  sums: Pick<RidgeSums, 'width' | 'units' | 'zMean' | 'yMean'>,
  columns: ArrayLike<number>,
): Head {
  const { width, units, zMean, yMean } = sums;
  const weights = new Float32Array(units * width);
  const bias = yMean.slice();
  for (let i = 0, at = 0; i < width; i++) {
    for (let unit = 0; unit < units; unit++, at++) {
      weights[unit * width + i] = columns[at];
      // Uses the rounded weight, so that the mean of the predictions is exact.
      bias[unit] -= weights[unit * width + i] * zMean[i];
    }
  }
  return { weights, bias: Float32Array.from(bias) };
}

/** With A·w = c and A = ZcᵀZc + added·I it is ycᵀyc − wᵀc − added·‖w‖². */
function squaredResiduals(
  sums: RidgeSums,
  cross: Float64Array,
  columns: Float64Array,
  added: number,
): Float64Array {
  const residuals = sums.yy.slice();
  cross.forEach((value, at) => {
    residuals[at % sums.units] -= columns[at] * (value + added * columns[at]);
  });
  return residuals.map((value) => Math.max(0, value));
}
