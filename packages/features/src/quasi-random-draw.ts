import { type Draw, denseFrequencies } from './draw.ts';
import { halton, haltonCoordinate, primes } from './halton.ts';
import { asCoordinates, columns } from './spectrum.ts';

/**
 * Quasi-random frequencies: the points of a randomized Halton sequence through the inverse
 * distribution of the kernel's frequencies. Each by itself has the kernel's distribution, so the
 * estimate is unbiased. They fill the space evenly, which makes the error smaller. The phases of
 * cosines are one more coordinate of the same points.
 *
 * The gain is large in few dimensions (up to ten or so), and small in hundreds: see `halton`.
 *
 * Yang, Sindhwani, Avron & Mahoney, "Quasi-Monte Carlo Feature Maps for Shift-Invariant Kernels",
 * ICML 2014.
 */
export const quasiRandomDraw: Draw = Object.freeze<Draw>({
  name: 'quasiRandom',
  refusal: ({ name, spectrum }) =>
    spectrum === undefined ? `the kernel '${name}' does not say its \`spectrum\`` : undefined,
  draw({ spectrum }, random, [inputDim, outputDim]) {
    const law = asCoordinates(spectrum!);
    const uniforms = law.uniforms(inputDim);
    const shape = [inputDim, outputDim] as const;
    const dense = denseFrequencies(shape, () => {
      const points = halton(random, uniforms, outputDim);
      const u = new Float64Array(uniforms);
      return columns(shape, (j) => {
        for (let i = 0; i < uniforms; i++) u[i] = points[i * outputDim + j];
        return law.frequency(u, inputDim);
      });
    });
    // The phase is one more coordinate of the same points.
    const base = primes(uniforms + 1).at(-1)!;
    const phases = () => haltonCoordinate(random.stream('phases'), base, outputDim);
    return { ...dense, phases };
  },
});
