import { matmulAt } from './matmul.ts';
import type { MatmulArguments } from './matmul-arguments.ts';
import type { Simd } from './simd.ts';

/**
 * out = factor·cos(x·W + b), float32, in one pass: random Fourier features (Rahimi and Recht, 2007) of m rows. `a` is x,
 * `b` is W, `bias` points to the phases.
 *
 * For every finite argument the cosine is within 3e-7 of the exact one; the product x·W + b is
 * summed in float32, which adds its own rounding.
 *
 * @example
 * const frequencies = packMatrix(simd, w, 784, 1024);
 * cosineFeaturesAt(simd, { a: x, b: frequencies, bias, out, m: 16, n: 1024, k: 784, factor: 1 });
 * simd.free(frequencies.pointer);
 */
export const cosineFeaturesAt = (simd: Simd, options: Omit<MatmulArguments, 'epilogue'>): void =>
  matmulAt(simd, { ...options, epilogue: 'cosine' });
