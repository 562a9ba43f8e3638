import type { Random } from '@kernel-methods/random';
import { normalQuantile } from './normal-quantile.ts';

/**
 * The law of a kernel's frequencies, for scale 1: what the draws other than the independent one are
 * made of. Each kind says how uniform numbers become one frequency.
 */
export type Spectrum = GaussianMixtureSpectrum | CoordinateSpectrum;

/** w[i] = deviation[i] × g[i], g standard normal in all dimensions: its directions may be rotated. */
export interface GaussianMixtureSpectrum {
  readonly kind: 'gaussianMixture';
  /** Whether the deviation is the same in all dimensions, so that the law has no directions. */
  readonly isotropic: boolean;
  /** How many uniform numbers the deviations of one frequency are made of. */
  readonly uniforms: number;
  /** @param u at least `uniforms` numbers in (0, 1). @returns `inputDim` positive numbers. */
  deviations(u: ArrayLike<number>, inputDim: number): Float64Array;
}

/** Any other law, as a function from the unit cube: most often one quantile function per dimension. */
export interface CoordinateSpectrum {
  readonly kind: 'coordinates';
  /** How many uniform numbers one frequency is made of. */
  uniforms(inputDim: number): number;
  /** @param u as many numbers in (0, 1). @returns `inputDim` numbers. */
  frequency(u: ArrayLike<number>, inputDim: number): Float64Array;
}

/**
 * A mixture whose deviation is a function of one uniform number.
 *
 * Past 1e6 a frequency only tells points apart that are closer than 1e-6 of the scale, and float32
 * has no digits left for the cosine's argument: heavier tails are cut there.
 */
export const isotropicMixture = (deviation: (u: number) => number): GaussianMixtureSpectrum => ({
  kind: 'gaussianMixture',
  isotropic: true,
  uniforms: 1,
  deviations: (u, inputDim) => new Float64Array(inputDim).fill(Math.min(1e6, deviation(u[0]))),
});

/** Each coordinate by itself, by the quantile function of its law. */
export const independentCoordinates = (quantile: (u: number) => number): CoordinateSpectrum => ({
  kind: 'coordinates',
  uniforms: (inputDim) => inputDim,
  frequency: (u, inputDim) => Float64Array.from({ length: inputDim }, (_, i) => quantile(u[i])),
});

/** Any spectrum as a function from the unit cube: the deviations' numbers, then the normal ones. */
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

/** Independent frequencies of this law, one per column. */
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

/** A number of [0, 1] put into the open interval, where quantiles are finite. */
export const inside = (u: number): number => Math.min(Math.max(u, 2 ** -54), 1 - 2 ** -53);

/** The matrix of these columns, row by row. */
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
