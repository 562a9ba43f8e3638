import type { ClosedForms } from './define-loss.ts';

type OfOutput = (target: number, prediction: number) => number;

/**
 * Makes the closed forms of a loss that is a mean over the outputs. They are made from the function
 * of one target and one prediction, its derivative with respect to the prediction, and its second
 * derivative if it has one.
 *
 * @example
 * const squares = outputwise(
 *   (target, prediction) => (prediction - target) ** 2,
 *   (target, prediction) => 2 * (prediction - target),
 *   () => 2,
 * );
 */
export function outputwise(value: OfOutput, slope: OfOutput, curvature?: OfOutput): ClosedForms {
  return {
    values({ targets, predictions, units }, out) {
      for (let row = 0, i = 0; row < out.length; row++) {
        let sum = 0;
        for (const end = i + units; i < end; i++) sum += value(targets[i], predictions[i]);
        out[row] = sum / units;
      }
    },
    gradient({ targets, predictions, units }, out) {
      for (let i = 0; i < out.length; i++) out[i] = slope(targets[i], predictions[i]) / units;
    },
    ...(curvature && {
      hessianProduct({ targets, predictions, units }, direction, out) {
        for (let i = 0; i < out.length; i++) {
          out[i] = (curvature(targets[i], predictions[i]) * direction[i]) / units;
        }
      },
    }),
  };
}
