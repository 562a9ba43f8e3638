import * as check from '@kernel-methods/check';
import { ofSquares } from './distances.ts';
import { gammaQuantile } from './gamma-quantile.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import { gramOfCuspedSquares, maternProfile } from './matern-profile.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';
import { isotropicMixture } from './spectrum.ts';

/**
 * The Matérn kernel, K(x, y) = 2¹⁻ᵛ / Γ(ν) · sᵛ · Kᵥ(s) with s = √(2ν) ‖x − y‖ / σ, Kᵥ the modified
 * Bessel function, ‖·‖ the Euclidean norm.
 *
 * ν says how smooth the functions are. With ½ the kernel is exp(−‖x − y‖ / σ),
 * `isotropicLaplacian`; with 3/2 and 5/2 the functions have one and two derivatives; for large ν it
 * approaches the gaussian kernel. These three values have closed forms; any other kernel is a sum
 * of gaussians, within 2e-6. The frequencies have the multivariate t distribution with 2ν degrees
 * of freedom.
 *
 * Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, eq. 4.14 to 4.17.
 *
 * @param nu ν, from 0.1 to 100. Default: 3/2, as in scikit-learn.
 * @param scale σ, in the data's unit, or one per dimension. Default: √(inputDim / 2).
 * @throws RangeError if `nu` is out of range or `scale` is not positive and finite.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * matern({ nu: 1.5, scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export function matern(config: { nu?: number; scale?: LengthScale } = {}): ShiftInvariantKernel {
  const nu = check.positiveFloat32('nu', config.nu ?? 1.5);
  if (!(nu >= 0.1 && nu <= 100)) {
    throw check.rangeError('nu', 'be from 0.1 to 100', String(nu));
  }
  const profile = maternProfile(nu);
  return shiftInvariantKernel({
    name: 'matern',
    scale: config.scale,
    settings: { nu },
    defaultScale: (inputDim) => Math.sqrt(inputDim / 2),
    ...(nu > 1
      ? ofSquares(profile)
      : { gram: (x, y, scale) => gramOfCuspedSquares(x, y, scale, profile) }),
    spectrum: maternSpectrum(nu),
  });
}

/**
 * A t distribution is that of a normal number divided by the root of a gamma number with mean 1.
 */
export const maternSpectrum = (nu: number) =>
  isotropicMixture((u) => Math.sqrt(nu / gammaQuantile(u, nu)));
