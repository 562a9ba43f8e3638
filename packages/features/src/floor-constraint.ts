import * as tf from '@tensorflow/tfjs-core';
import { constraints } from '@tensorflow/tfjs-layers';

/** tfjs-layers exports the constraints it has, but not the class they extend. */
type Constraint = ReturnType<typeof constraints.nonNeg>;

/**
 * Keeps a weight at `minimum` or above.
 *
 * Keras's NonNeg lets a scale that is divided by reach 0, and everything behind it NaN.
 */
export function floorConstraint(minimum: number): Constraint {
  const constraint = constraints.nonNeg();
  constraint.apply = (weight) => tf.maximum(weight, minimum);
  return constraint;
}
