import * as check from '@kernel-methods/check';

/** The kernels whose width other libraries give as gamma. */
export type GammaKernel = 'gaussian' | 'laplacian';

/**
 * Converts the gamma of scikit-learn and LIBSVM to our `scale`.
 *
 * gaussian (their rbf), exp(−γ‖x − y‖²): σ = 1 / √(2γ). laplacian, exp(−γ‖x − y‖₁): σ = 1 / γ.
 *
 * @throws RangeError if `gamma` is not a positive finite number or `kernel` is none of these.
 *
 * @example
 * randomFourierFeatures({ outputDim: 64, scale: gammaToScale(0.005) }); // scale 10
 */
export function gammaToScale(gamma: number, kernel: GammaKernel = 'gaussian'): number {
  check.positiveFloat32('gamma', gamma);
  return isGaussian(kernel) ? 1 / Math.sqrt(2 * gamma) : 1 / gamma;
}

/**
 * Converts our `scale` to the gamma of scikit-learn and LIBSVM: the inverse of `gammaToScale`.
 *
 * @throws RangeError if `scale` is not a positive finite number or `kernel` is none of these.
 *
 * @example
 * scaleToGamma(10); // 0.005
 */
export function scaleToGamma(scale: number, kernel: GammaKernel = 'gaussian'): number {
  check.positiveFloat32('scale', scale);
  return isGaussian(kernel) ? 1 / (2 * scale * scale) : 1 / scale;
}

const isGaussian = (kernel: GammaKernel): boolean =>
  check.oneOf('kernel', kernel, ['gaussian', 'laplacian']) === 'gaussian';
