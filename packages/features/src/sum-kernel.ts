import * as check from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import {
  areShiftInvariant,
  checkKernels,
  combinedSpectrum,
  commonDomain,
  commonNorm,
  diagonalOf,
  ownFrequencies,
} from './combined.ts';
import type { Kernel, KernelConfig, ShiftInvariantKernel } from './kernel.ts';
import { serializeKernel } from './serialized-kernel.ts';
import { columns, type Spectrum } from './spectrum.ts';

/**
 * The sum of kernels, K(x, y) = Σ weightᵢ · Kᵢ(x, y): points are similar if they are similar for
 * one of the kernels.
 *
 * Each kernel keeps its own scale; a layer's `scale` multiplies them, and is 1 by default. The sum
 * is shift-invariant too: each of its frequencies belongs to one of the kernels, chosen with
 * probability proportional to weight · K(x, x).
 *
 * @param weights positive numbers, one per kernel. Default: all 1.
 * @throws RangeError or TypeError if `kernels` are not kernels or `weights` do not fit them.
 *
 * @example
 * sumKernel([gaussian({ scale: 1 }), gaussian({ scale: 10 })], [0.7, 0.3]);
 */
export function sumKernel(
  kernels: readonly ShiftInvariantKernel[],
  weights?: readonly number[],
): ShiftInvariantKernel;
export function sumKernel(kernels: readonly Kernel[], weights?: readonly number[]): Kernel;
export function sumKernel(kernels: readonly Kernel[], weights?: readonly number[]): Kernel {
  const parts = checkKernels(kernels);
  const factors = checkWeights(weights ?? parts.map(() => 1), parts.length);
  const kernel: Kernel = {
    name: 'sum',
    evaluate: (x: tf.Tensor2D, y: tf.Tensor2D) =>
      tf.tidy(() => tf.addN(parts.map((part, i) => tf.mul(part.evaluate(x, y), factors[i])))),
    ...commonDomain(parts),
    getConfig: (): KernelConfig => ({
      kernels: parts.map(serializeKernel),
      ...(weights && { weights: [...factors] }),
    }),
  };
  return Object.freeze(areShiftInvariant(parts) ? mixture(kernel, parts, factors) : kernel);
}

function mixture(
  kernel: Kernel,
  parts: readonly ShiftInvariantKernel[],
  weights: readonly number[],
): ShiftInvariantKernel {
  const shares = weights.map((weight, i) => weight * diagonalOf(parts[i]));
  const diagonal = shares.reduce((a, b) => a + b);
  /** The part that a uniform number chooses. */
  const choose = (u: number): number => {
    let rest = u * diagonal;
    let i = 0;
    while (i < shares.length - 1 && rest >= shares[i]) rest -= shares[i++];
    return i;
  };
  return {
    ...kernel,
    ...commonNorm(parts),
    diagonal,
    sampleFrequencies(random: Random, shape: readonly [number, number]) {
      const all = parts.map((part, i) => ownFrequencies(part, random.stream(`part ${i}`), shape));
      return columns(shape, (j) => {
        const i = choose(random.uniform());
        return Float32Array.from({ length: shape[0] }, (_, row) => all[i][row * shape[1] + j]);
      });
    },
    defaultScale: () => 1,
    spectrum: spectrumOf(parts, choose),
  };
}

/** The first uniform number chooses the part; the others are for the part. */
function spectrumOf(
  parts: readonly ShiftInvariantKernel[],
  choose: (u: number) => number,
): Spectrum | undefined {
  const rest = (u: ArrayLike<number>) => Array.from(u).slice(1);
  return combinedSpectrum(parts, {
    mixture: (laws) => ({
      uniforms: 1 + Math.max(...laws.map(({ uniforms }) => uniforms)),
      deviations: (u, inputDim) => laws[choose(u[0])].deviations(rest(u), inputDim),
    }),
    coordinates: (laws) => ({
      uniforms: (inputDim) => 1 + Math.max(...laws.map(({ uniforms }) => uniforms(inputDim))),
      frequency: (u, inputDim) => laws[choose(u[0])].frequency(rest(u), inputDim),
    }),
  });
}

function checkWeights(weights: unknown, length: number): readonly number[] {
  if (!Array.isArray(weights) || weights.length !== length) {
    throw check.rangeError('weights', `be one number per kernel, ${length}`, check.shown(weights));
  }
  return weights.map((weight, i) => check.positiveFloat32(`weights[${i}]`, weight));
}
