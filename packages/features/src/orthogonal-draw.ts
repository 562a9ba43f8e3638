import type { Random } from '@kernel-methods/random';
import { type Draw, denseFrequencies } from './draw.ts';
import { gammaQuantile } from './gamma-quantile.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import { columns, type GaussianMixtureSpectrum, inside } from './spectrum.ts';

/**
 * Orthogonal frequencies: in blocks of `inputDim`, with orthogonal directions and independent
 * lengths that follow the kernel. Each frequency by itself has the kernel's distribution, so the
 * estimate is unbiased. Orthogonal frequencies spread out, which makes the error smaller.
 *
 * It is for kernels whose frequencies have no preferred direction (gaussian, isotropic laplacian,
 * Matérn, rational quadratic, and sums and products of these).
 *
 * Yu, Suresh, Choromanski, Holtmann-Rice & Kumar, "Orthogonal Random Features", NIPS 2016.
 */
export const orthogonalDraw: Draw = Object.freeze<Draw>({
  name: 'orthogonal',
  refusal: (kernel) => rotationRefusal(kernel),
  draw: (kernel, random, shape) =>
    denseFrequencies(shape, () => {
      const [inputDim, outputDim] = shape;
      const law = kernel.spectrum as GaussianMixtureSpectrum;
      const [directions, lengths] = [random.stream('directions'), random.stream('lengths')];
      let block: Float64Array[] = [];
      return columns([inputDim, outputDim], (j) => {
        const rest = Math.min(inputDim, outputDim - j);
        if (j % inputDim === 0) block = orthonormal(directions, rest, inputDim);
        const length = chi(lengths, inputDim);
        const deviations = law.deviations(uniforms(lengths, law.uniforms), inputDim);
        return block[j % inputDim].map((part, i) => part * length * deviations[i]);
      });
    }),
});

/** Why a kernel's frequencies must not be rotated. */
export function rotationRefusal({ name, spectrum }: ShiftInvariantKernel): string | undefined {
  if (spectrum === undefined) return `the kernel '${name}' does not say its \`spectrum\``;
  if (spectrum.kind === 'gaussianMixture') return undefined;
  return `the frequencies of the kernel '${name}' are drawn along the axes, so rotated frequencies would belong to another kernel`;
}

export const uniforms = (random: Random, length: number): Float64Array =>
  Float64Array.from({ length }, () => inside(random.uniform()));

/** The length of a standard normal vector: half its square has a gamma distribution. */
export const chi = (random: Random, dimensions: number): number =>
  Math.sqrt(2 * gammaQuantile(inside(random.uniform()), dimensions / 2));

/** Orthonormal rows with uniformly distributed directions: Gram–Schmidt on normal rows. */
export function orthonormal(random: Random, rows: number, length: number): Float64Array[] {
  const q = Array.from({ length: rows }, () => Float64Array.from({ length }, random.normal));
  for (let i = 0; i < rows; i++) {
    const norm = Math.sqrt(dot(q[i], q[i]));
    for (let k = 0; k < length; k++) q[i][k] /= norm;
    for (let j = i + 1; j < rows; j++) subtract(q[j], dot(q[i], q[j]), q[i]);
  }
  return q;
}

/** a −= factor · b */
function subtract(a: Float64Array, factor: number, b: Float64Array): void {
  for (let k = 0; k < a.length; k++) a[k] -= factor * b[k];
}

/** It keeps four sums: with one, each addition would wait for the one before it. */
function dot(a: Float64Array, b: Float64Array): number {
  let [s, t, u, v] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let k = 0; k < whole; k += 4) {
    s += a[k] * b[k];
    t += a[k + 1] * b[k + 1];
    u += a[k + 2] * b[k + 2];
    v += a[k + 3] * b[k + 3];
  }
  for (let k = whole; k < a.length; k++) s += a[k] * b[k];
  return s + t + u + v;
}
