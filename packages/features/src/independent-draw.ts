import { type Draw, denseFrequencies } from './draw.ts';

/**
 * Independent frequencies: the kernel's own `sampleFrequencies`.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 */
export const independentDraw: Draw = Object.freeze<Draw>({
  name: 'independent',
  refusal: () => undefined,
  draw: (kernel, random, shape) =>
    denseFrequencies(shape, () => kernel.sampleFrequencies(random, shape)),
});
