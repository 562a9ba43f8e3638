import type { Steps } from '@kernel-methods/simd';
import { leaveOneOutSteps, type RidgeRows } from './leave-one-out.ts';

/** Rows that say enough of noise and signal: their eigendecomposition takes a second or less. */
export const SAMPLE_ROWS = 1000;

/** From 1e-7 to 1e3 of the mean of ‖zc‖², three to a decade. */
const SHARES = Float64Array.from({ length: 31 }, (_, i) => 10 ** (i / 3 - 7));

/**
 * The penalty for all rows, from a sample of them: alpha with the least leave-one-out error there.
 *
 * Alpha is the variance of the noise over that of the weights (the posterior's mean is ridge
 * regression), so it belongs to the problem and not to a number of rows; and l2 = 2·alpha/(Σs·units).
 *
 * @param weight Σ s of all rows.
 */
export function* chooseL2Steps(sample: RidgeRows, weight: number): Steps<number> {
  const { alphas, errors } = yield* leaveOneOutSteps(sample, (meanSquare) =>
    SHARES.map((share) => share * (meanSquare || 1)),
  );
  let best = errors.length - 1;
  // Downwards: of equals the largest.
  for (let i = best; i >= 0; i--) if (errors[i] < errors[best]) best = i;
  return (2 * alphas[best]) / (weight * sample.units);
}
