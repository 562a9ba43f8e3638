import type { Random } from '@kernel-methods/random';
import type * as tf from '@tensorflow/tfjs-core';
import type { Draw, Frequencies } from './draw.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import { chi, rotationRefusal, uniforms } from './orthogonal-draw.ts';
import type { GaussianMixtureSpectrum } from './spectrum.ts';
import { structuredFeatures, structuredProducts } from './structured-features.ts';

/**
 * Structured frequencies: three rounds of random signs and a Walsh–Hadamard transform,
 * H·D₃·H·D₂·H·D₁, replace a random rotation of the input, which is padded with zeros to p numbers,
 * a power of 2. It takes O(D log d) work per row and O(D) memory instead of O(D d). Weights:
 * `signs` [3, blocks, p] and `lengths` [D].
 *
 * The p frequencies of a block are orthogonal, and their lengths follow the kernel, as in the
 * orthogonal draw. Their directions are nearly uniform only if p is large: the estimate of the
 * kernel has a bias that falls with p (so p is at least 64).
 *
 * It is for kernels whose frequencies have no preferred direction, with one scale for all
 * dimensions in the kernel's parts (the layer may have one per dimension).
 *
 * Yu et al., "Orthogonal Random Features", NIPS 2016 (SORF; lengths as in their ORF).
 */
export const structuredDraw: Draw = Object.freeze<Draw>({
  name: 'structured',
  refusal: structuredRefusal,
  draw(kernel, random, [inputDim, outputDim]): Frequencies {
    const { blocks, length } = blocksFor(inputDim, outputDim);
    const size = ROUNDS * blocks * length;
    return {
      weights: [
        {
          name: 'signs',
          shape: [ROUNDS, blocks, length],
          values() {
            const { integer } = random.stream('signs');
            return Float32Array.from({ length: size }, () => 2 * integer(2) - 1);
          },
        },
        {
          name: 'lengths',
          shape: [outputDim],
          values: () =>
            structuredLengths(kernel, random, [inputDim, outputDim], length ** (ROUNDS / 2)),
        },
      ],
      project: (rows, [signs, lengths]) =>
        structuredProducts(rows, signs as tf.Tensor3D, lengths as tf.Tensor1D),
      cosine: (rows, [signs, lengths], bias, factor) =>
        structuredFeatures(rows, signs as tf.Tensor3D, lengths as tf.Tensor1D, bias, factor),
    };
  },
});

const ROUNDS = 3;
const SHORTEST = 64;

/** Why a kernel's frequencies must not be rotated by transforms of the input. */
export function structuredRefusal(kernel: ShiftInvariantKernel): string | undefined {
  if ((kernel.spectrum as GaussianMixtureSpectrum | undefined)?.isotropic === false) {
    return `the kernel '${kernel.name}' has parts with one scale per dimension`;
  }
  return rotationRefusal(kernel);
}

/**
 * The length of a transform, a power of 2, and the number of blocks that give that many
 * frequencies.
 */
export function blocksFor(
  inputDim: number,
  outputDim: number,
): Record<'blocks' | 'length', number> {
  const length = Math.max(SHORTEST, 2 ** Math.ceil(Math.log2(inputDim)));
  return { length, blocks: Math.ceil(outputDim / length) };
}

/**
 * Lengths that follow the kernel, one per frequency, divided by the lengths that the transforms
 * produce.
 */
export function structuredLengths(
  kernel: ShiftInvariantKernel,
  random: Random,
  [inputDim, outputDim]: readonly [number, number],
  left: number,
): Float32Array {
  const { length } = blocksFor(inputDim, outputDim);
  const law = kernel.spectrum as GaussianMixtureSpectrum;
  const draws = random.stream('lengths');
  return Float32Array.from({ length: outputDim }, () => {
    const normal = chi(draws, length);
    return (normal * law.deviations(uniforms(draws, law.uniforms), inputDim)[0]) / left;
  });
}
