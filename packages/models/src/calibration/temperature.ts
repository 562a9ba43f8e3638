import type { CalibrationMethod } from './method.ts';

/**
 * One sharpness a for all outputs, softmax(a·f), or σ(2a·f) for an output by itself: the order of the
 * scores stays. It is the default for losses that have no probabilities of their own, and with this
 * option for those that have, too.
 *
 * Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
 */
export const temperature: CalibrationMethod = {
  name: 'temperature',
  reorders: false,
  *steps({ sharpness }) {
    const found = sharpness();
    return { inverseTemperature: typeof found === 'number' ? found : yield* found };
  },
};
