import type { ShiftInvariantKernel } from './kernel.ts';
import { maternSpectrum } from './matern.ts';
import { gramOfCuspedSquares, maternProfile } from './matern-profile.ts';
import type { LengthScale } from './scale.ts';
import { shiftInvariantKernel } from './shift-invariant.ts';

/**
 * The isotropic laplacian (exponential) kernel, K(x, y) = exp(−‖x − y‖ / σ), ‖·‖ the **Euclidean**
 * norm. It is the Matérn kernel with ν = ½, and the one that Falkon and mljs call laplacian.
 *
 * Its frequencies have the multivariate Cauchy distribution: it has heavy tails and no preferred
 * direction.
 *
 * @param scale σ, in the data's unit, or one per dimension. Default: √(inputDim / 2).
 * @throws RangeError if `scale` is not a positive finite number, or such numbers.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * isotropicLaplacian({ scale: 2 }).evaluate(x, x).print(); // [2, 2], ones on the diagonal
 */
export const isotropicLaplacian = ({ scale }: { scale?: LengthScale } = {}): ShiftInvariantKernel =>
  shiftInvariantKernel({
    name: 'isotropicLaplacian',
    scale,
    defaultScale: (inputDim) => Math.sqrt(inputDim / 2),
    gram: (x, y, scale) => gramOfCuspedSquares(x, y, scale, maternProfile(0.5)),
    spectrum: maternSpectrum(0.5),
  });
