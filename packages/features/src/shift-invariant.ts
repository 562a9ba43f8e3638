import type { Random } from '@kernel-methods/random';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type KernelConfig, type ShiftInvariantKernel, scaleOf } from './kernel.ts';
import { checkScales, type LengthScale, scaleConfig } from './scale.ts';
import { type Spectrum, sampleSpectrum } from './spectrum.ts';

/** What `shiftInvariantKernel` makes a kernel from. */
export interface ShiftInvariantKernelDefinition {
  readonly name: string;
  /** The scale as it was given. */
  readonly scale: LengthScale | undefined;
  readonly norm?: 'L1';
  /** The settings other than the scale. */
  readonly settings?: KernelConfig;
  defaultScale(inputDim: number): number;
  /** The exact kernel; `scale` gives the length scale for the points' width. */
  gram(x: Tensor2D, y: Tensor2D, scale: (inputDim: number) => LengthScale): Tensor2D;
  /** The exact kernel for one `y`, if what it needs of `y` alone can be computed once. */
  against?(y: Tensor2D, scale: (inputDim: number) => LengthScale): (x: Tensor2D) => Tensor2D;
  readonly spectrum: Spectrum;
  /** Draws independent frequencies, if there is a shorter way than through the spectrum. */
  sample?(random: Random): number;
}

/**
 * Makes a shift-invariant kernel of your own from its exact form and the distribution of its
 * frequencies. `registerKernelFactory` makes it available by name.
 *
 * @example
 * ```ts
 * import { gaussian, registerKernelFactory, shiftInvariantKernel } from '@kernel-methods/features';
 *
 * const halfAsWide = ({ scale }: { scale?: number } = {}) =>
 *   shiftInvariantKernel({
 *     name: 'halfAsWide',
 *     scale,
 *     defaultScale: () => 1,
 *     gram: (x, y, scaleOf) =>
 *       gaussian({ scale: (scaleOf(x.shape[1]) as number) / 2 }).evaluate(x, y),
 *     spectrum: {
 *       kind: 'gaussianMixture',
 *       isotropic: true,
 *       uniforms: 0,
 *       deviations: (_, inputDim) => new Float64Array(inputDim).fill(2),
 *     },
 *   });
 * registerKernelFactory('halfAsWide', halfAsWide as () => ReturnType<typeof halfAsWide>);
 * ```
 */
export function shiftInvariantKernel(
  definition: ShiftInvariantKernelDefinition,
): ShiftInvariantKernel {
  const { name, norm, settings, defaultScale, gram, against, spectrum, sample } = definition;
  const scale = definition.scale === undefined ? undefined : checkScales(definition.scale);
  const scaleFor = (inputDim: number) => scaleOf({ scale, defaultScale }, inputDim);
  return Object.freeze({
    name,
    ...(norm && { norm }),
    scale,
    evaluate: (x: Tensor2D, y: Tensor2D) => gram(x, y, scaleFor),
    ...(against && { against: (y: Tensor2D) => against(y, scaleFor) }),
    getConfig: () => ({ ...settings, ...scaleConfig(scale) }),
    sampleFrequencies(random: Random, [inputDim, outputDim]: readonly [number, number]) {
      if (!sample) return sampleSpectrum(spectrum, random, [inputDim, outputDim]);
      const out = new Float32Array(inputDim * outputDim);
      for (let i = 0; i < out.length; i++) out[i] = sample(random);
      return out;
    },
    defaultScale,
    spectrum,
  });
}
