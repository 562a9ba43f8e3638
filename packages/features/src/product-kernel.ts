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
import type { Spectrum } from './spectrum.ts';

/**
 * The product of kernels, K(x, y) = ∏ Kᵢ(x, y): points are similar if they are similar for every
 * kernel.
 *
 * Each kernel keeps its own scale; a layer's `scale` multiplies them, and is 1 by default. The
 * product is shift-invariant too: each of its frequencies is a sum of independent frequencies, one
 * from each kernel.
 *
 * @throws RangeError or TypeError if `kernels` are not kernels.
 *
 * @example
 * productKernel([gaussian({ scale: 2 }), laplacian({ scale: 5 })]);
 */
export function productKernel(kernels: readonly ShiftInvariantKernel[]): ShiftInvariantKernel;
export function productKernel(kernels: readonly Kernel[]): Kernel;
export function productKernel(kernels: readonly Kernel[]): Kernel {
  const parts = checkKernels(kernels);
  const kernel: Kernel = {
    name: 'product',
    evaluate: (x: tf.Tensor2D, y: tf.Tensor2D) =>
      tf.tidy(() =>
        parts.map((part) => part.evaluate(x, y)).reduce((a, b) => tf.mul(a, b) as tf.Tensor2D),
      ),
    ...commonDomain(parts),
    getConfig: (): KernelConfig => ({ kernels: parts.map(serializeKernel) }),
  };
  return Object.freeze(areShiftInvariant(parts) ? convolution(kernel, parts) : kernel);
}

const convolution = (
  kernel: Kernel,
  parts: readonly ShiftInvariantKernel[],
): ShiftInvariantKernel => ({
  ...kernel,
  ...commonNorm(parts),
  diagonal: parts.map(diagonalOf).reduce((a, b) => a * b),
  sampleFrequencies(random: Random, shape: readonly [number, number]) {
    const all = parts.map((part, i) => ownFrequencies(part, random.stream(`part ${i}`), shape));
    return all[0].map((_, at) => all.reduce((total, frequencies) => total + frequencies[at], 0));
  },
  defaultScale: () => 1,
  spectrum: spectrumOf(parts),
});

/** The sum of independent frequencies; of normal ones it is normal, and the variances add up. */
const spectrumOf = (parts: readonly ShiftInvariantKernel[]): Spectrum | undefined =>
  combinedSpectrum(parts, {
    mixture: (laws) => ({
      uniforms: laws.reduce((total, { uniforms }) => total + uniforms, 0),
      deviations: (u, inputDim) =>
        added(
          laws.map((law) => [law.uniforms, (own) => law.deviations(own, inputDim)]),
          u,
          (deviation) => deviation ** 2,
        ).map(Math.sqrt),
    }),
    coordinates: (laws) => ({
      uniforms: (inputDim) => laws.reduce((total, law) => total + law.uniforms(inputDim), 0),
      frequency: (u, inputDim) =>
        added(
          laws.map((law) => [law.uniforms(inputDim), (own) => law.frequency(own, inputDim)]),
          u,
          (frequency) => frequency,
        ),
    }),
  });

type Part = readonly [uniforms: number, values: (u: ArrayLike<number>) => Float64Array];

/** Σ term(values) of all parts, where each part gets its own share of the uniform numbers. */
function added(parts: Part[], u: ArrayLike<number>, term: (value: number) => number) {
  const numbers = Array.from(u);
  return parts
    .map(([uniforms, values]) => values(numbers.splice(0, uniforms)).map(term))
    .reduce((sum, values) => sum.map((value, i) => value + values[i]));
}
