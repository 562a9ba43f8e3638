import { checkScale, show } from './check.ts';

/** The kernels whose width others give as gamma. */
export type GammaKernel = 'gaussian' | 'laplacian';

/**
 * Our `scale` for the gamma of scikit-learn and LIBSVM.
 *
 * gaussian (their rbf), exp(−γ‖x − y‖²): σ = 1 / √(2γ). laplacian, exp(−γ‖x − y‖₁): σ = 1 / γ.
 *
 * @throws RangeError if `gamma` is not a positive finite number or `kernel` is none of these.
 */
export function gammaToScale(gamma: number, kernel: GammaKernel = 'gaussian'): number {
  checkScale(gamma, 'gamma');
  return isGaussian(kernel) ? 1 / Math.sqrt(2 * gamma) : 1 / gamma;
}

/**
 * scikit-learn's and LIBSVM's gamma for our `scale`, the inverse of `gammaToScale`.
 *
 * @throws RangeError if `scale` is not a positive finite number or `kernel` is none of these.
 */
export function scaleToGamma(scale: number, kernel: GammaKernel = 'gaussian'): number {
  checkScale(scale);
  return isGaussian(kernel) ? 1 / (2 * scale * scale) : 1 / scale;
}

function isGaussian(kernel: GammaKernel): boolean {
  if (kernel !== 'gaussian' && kernel !== 'laplacian') {
    throw new RangeError(
      `\`kernel\` must be 'gaussian' or 'laplacian'. Received: ${show(kernel)}.`,
    );
  }
  return kernel === 'gaussian';
}
