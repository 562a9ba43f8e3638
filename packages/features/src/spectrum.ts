import type { Random } from '@kernel-methods/random';
import { normalQuantile } from './normal-quantile.ts';

/**
 * The distribution of a kernel's frequencies for scale 1, which all draws but the independent one
 * use. Each kind says how uniform numbers become one frequency.
 */
export type Spectrum = GaussianMixtureSpectrum | CoordinateSpectrum;

/**
 * w[i] = deviation[i] × g[i], g standard normal in all dimensions, so its directions may be
 * rotated.
 */
export interface GaussianMixtureSpectrum {
  readonly kind: 'gaussianMixture';
  /** Whether the deviation is the same in all dimensions, so that no direction is preferred. */
  readonly isotropic: boolean;
  /** The number of uniform numbers from which the deviations of one frequency are made. */
  readonly uniforms: number;
  /** @param u at least `uniforms` numbers in (0, 1). @returns `inputDim` positive numbers. */
  deviations(u: ArrayLike<number>, inputDim: number): Float64Array;
}

/**
 * Any other distribution, as a function from the unit cube: mostly one quantile function per
 * dimension.
 */
export interface CoordinateSpectrum {
  readonly kind: 'coordinates';
  /** The number of uniform numbers from which one frequency is made. */
  uniforms(inputDim: number): number;
  /** @param u as many numbers in (0, 1). @returns `inputDim` numbers. */
  frequency(u: ArrayLike<number>, inputDim: number): Float64Array;
}

/**
 * A mixture whose deviation is a function of one uniform number.
 *
 * Deviations are limited to 1e6. Larger frequencies only tell points apart that are closer than
 * 1e-6 of the scale, and float32 has no digits left for the cosine's argument.
 */
export const isotropicMixture = (deviation: (u: number) => number): GaussianMixtureSpectrum => ({
  kind: 'gaussianMixture',
  isotropic: true,
  uniforms: 1,
  deviations: (u, inputDim) => new Float64Array(inputDim).fill(Math.min(1e6, deviation(u[0]))),
});

/** Independent coordinates, each by the quantile function of its distribution. */
export const independentCoordinates = (quantile: (u: number) => number): CoordinateSpectrum => ({
  kind: 'coordinates',
  uniforms: (inputDim) => inputDim,
  frequency: (u, inputDim) => Float64Array.from({ length: inputDim }, (_, i) => quantile(u[i])),
});

/**
 * Any spectrum as a function from the unit cube: the numbers for the deviations come first, then
 * those for the normal numbers.
 */
export function asCoordinates(spectrum: Spectrum): CoordinateSpectrum {
  if (spectrum.kind === 'coordinates') return spectrum;
  const { uniforms, deviations } = spectrum;
  return {
    kind: 'coordinates',
    uniforms: (inputDim) => uniforms + inputDim,
    frequency: (u, inputDim) =>
      deviations(u, inputDim).map((deviation, i) => deviation * normalQuantile(u[uniforms + i])),
  };
}

/** Draws independent frequencies with this distribution, one per column. */
export function sampleSpectrum(
  spectrum: Spectrum,
  random: Random,
  [inputDim, outputDim]: readonly [number, number],
): Float32Array {
  const uniforms = (length: number) =>
    Float64Array.from({ length }, () => inside(random.uniform()));
  return columns([inputDim, outputDim], () => {
    if (spectrum.kind === 'coordinates') {
      return spectrum.frequency(uniforms(spectrum.uniforms(inputDim)), inputDim);
    }
    const deviations = spectrum.deviations(uniforms(spectrum.uniforms), inputDim);
    return deviations.map((deviation) => deviation * random.normal());
  });
}

/** Moves a number of [0, 1] into the open interval, where quantiles are finite. */
export const inside = (u: number): number => Math.min(Math.max(u, 2 ** -54), 1 - 2 ** -53);

/** The matrix with these columns, stored row by row. */
export function columns(
  [inputDim, outputDim]: readonly [number, number],
  column: (j: number) => ArrayLike<number>,
): Float32Array {
  const matrix = new Float32Array(inputDim * outputDim);
  for (let j = 0; j < outputDim; j++) {
    const values = column(j);
    for (let i = 0; i < inputDim; i++) matrix[i * outputDim + j] = values[i];
  }
  return matrix;
}
