import * as check from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';
import type { InputDomain } from './input-checks.ts';
import {
  isShiftInvariantKernel,
  type Kernel,
  type ShiftInvariantKernel,
  scaleOf,
} from './kernel.ts';
import { scaleAt } from './scale.ts';
import {
  asCoordinates,
  type CoordinateSpectrum,
  type GaussianMixtureSpectrum,
  type Spectrum,
} from './spectrum.ts';

/** @throws RangeError or TypeError unless these are one or more kernels. */
export function checkKernels(kernels: unknown): readonly Kernel[] {
  if (!Array.isArray(kernels) || kernels.length === 0) {
    throw check.rangeError('kernels', 'be a list of kernels', check.shown(kernels));
  }
  kernels.forEach((kernel, i) => {
    checkKernel(kernel, `kernels[${i}]`);
  });
  return [...kernels];
}

export function checkKernel(kernel: unknown, name = 'kernel'): Kernel {
  if (typeof (kernel as Kernel | null)?.evaluate !== 'function') {
    throw check.typeError(name, 'be a kernel object', check.shown(kernel));
  }
  return kernel as Kernel;
}

export const areShiftInvariant = (
  kernels: readonly Kernel[],
): kernels is readonly ShiftInvariantKernel[] => kernels.every(isShiftInvariantKernel);

/** The norm in which all of these kernels measure distances; empty if it is the usual one. */
export const commonNorm = (kernels: readonly ShiftInvariantKernel[]): { norm?: 'L1' } =>
  kernels.every(({ norm }) => norm === 'L1') ? { norm: 'L1' } : {};

/** The numbers that all of these kernels are defined for; empty if that is every number. */
export function commonDomain(kernels: readonly Kernel[]): { domain?: InputDomain } {
  const domains = kernels.flatMap(({ domain }) => domain ?? []);
  if (domains.length === 0) return {};
  const above = Math.max(...domains.map((domain) => domain.above));
  const ends = domains.filter((domain) => domain.above === above);
  return { domain: { above, isIncluded: ends.every(({ isIncluded }) => isIncluded) } };
}

export const diagonalOf = (kernel: ShiftInvariantKernel): number => kernel.diagonal ?? 1;

/** A kernel's frequencies divided by its own scale: for points in the data's unit. */
export function ownFrequencies(
  kernel: ShiftInvariantKernel,
  random: Random,
  shape: readonly [number, number],
): Float32Array {
  const scale = scaleOf(kernel, shape[0]);
  return kernel
    .sampleFrequencies(random, shape)
    .map((frequency, at) => frequency / scaleAt(scale, Math.floor(at / shape[1])));
}

/** The law of those. */
function ownSpectrum(kernel: ShiftInvariantKernel): Spectrum | undefined {
  const { spectrum } = kernel;
  if (spectrum === undefined) return undefined;
  const divide = (values: Float64Array, inputDim: number) => {
    const scale = scaleOf(kernel, inputDim);
    return values.map((value, i) => value / scaleAt(scale, i));
  };
  if (spectrum.kind === 'coordinates') {
    return {
      ...spectrum,
      frequency: (u, inputDim) => divide(spectrum.frequency(u, inputDim), inputDim),
    };
  }
  const isotropic = spectrum.isotropic && !Array.isArray(kernel.scale);
  return {
    ...spectrum,
    isotropic,
    deviations: (u, inputDim) => divide(spectrum.deviations(u, inputDim), inputDim),
  };
}

/** The part of a spectrum that depends on how kernels are combined. */
interface Combination {
  mixture(
    laws: readonly GaussianMixtureSpectrum[],
  ): Pick<GaussianMixtureSpectrum, 'uniforms' | 'deviations'>;
  coordinates(
    laws: readonly CoordinateSpectrum[],
  ): Pick<CoordinateSpectrum, 'uniforms' | 'frequency'>;
}

/**
 * The spectrum of a combination of kernels: a Gaussian mixture if all are, otherwise coordinates.
 */
export function combinedSpectrum(
  kernels: readonly ShiftInvariantKernel[],
  { mixture, coordinates }: Combination,
): Spectrum | undefined {
  const laws = kernels.map(ownSpectrum);
  if (!laws.every((law) => law !== undefined)) return undefined;
  if (laws.every((law) => law.kind === 'gaussianMixture')) {
    const isotropic = laws.every((law) => law.isotropic);
    return { kind: 'gaussianMixture', isotropic, ...mixture(laws) };
  }
  return { kind: 'coordinates', ...coordinates(laws.map(asCoordinates)) };
}
