import type { Steps } from '@kernel-methods/simd';
import { leaveOneOutSteps, type RidgeRows } from './leave-one-out.ts';

/**
 * The number of rows that is enough to tell noise from signal; their eigendecomposition takes a
 * second or less.
 */
export const SAMPLE_ROWS = 1000;

/** From 1e-7 to 1e3 times the mean of ‖zc‖², three per decade. */
const SHARES = Float64Array.from({ length: 31 }, (_, i) => 10 ** (i / 3 - 7));

/**
 * The penalty for all rows, from a sample of them: the alpha with the least leave-one-out error
 * there.
 *
 * Alpha is the variance of the noise over that of the weights (the posterior's mean is ridge
 * regression), so it depends on the problem and not on the number of rows, and
 * l2 = 2·alpha/(Σs·units).
 *
 * @param weight Σ s of all rows.
 */
export function* chooseL2Steps(sample: RidgeRows, weight: number): Steps<number> {
  const { alpha } = yield* leastErrorSteps(sample);
  return (2 * alpha) / (weight * sample.units);
}

/** The alpha with the least leave-one-out error on these rows, and that error. */
export function* leastErrorSteps(rows: RidgeRows): Steps<{ alpha: number; error: number }> {
  const { alphas, errors } = yield* leaveOneOutSteps(rows, (meanSquare) =>
    SHARES.map((share) => share * (meanSquare || 1)),
  );
  let best = errors.length - 1;
  // Downwards, to choose the largest of equal ones.
  for (let i = best; i >= 0; i--) if (errors[i] < errors[best]) best = i;
  return { alpha: alphas[best], error: errors[best] };
}
