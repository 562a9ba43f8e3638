import { type MatmulArguments, matmulAt } from './matmul.ts';
import type { Simd } from './simd.ts';

/**
 * out = factor·cos(x·W + b), float32, in one pass: the random Fourier features of m rows.
 *
 * For |argument| up to 1e5 the error against float64 is at most 2e-6 × factor + what float32 rounding
 * of the argument costs. `a` is x, `b` is W, `bias` the phases.
 */
export const cosineFeaturesAt = (simd: Simd, options: Omit<MatmulArguments, 'epilogue'>): void =>
  matmulAt(simd, { ...options, epilogue: 'cosine' });
