import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelConfig } from './kernel.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

export interface PolynomialConfig {
  /** Default: 2. */
  degree?: number;
  /** Default: 1. scikit-learn's is 1 / inputDim in its kernel and 1 in its map. */
  gamma?: number;
  /** Default: 1. scikit-learn's map has 0. */
  coef0?: number;
}

/**
 * The polynomial kernel, K(x, y) = (gamma · x·y + coef0)^degree.
 *
 * @throws RangeError unless `degree` is a whole number from 1 to 100, `gamma` positive and `coef0`
 * 0 or above.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * polynomial({ degree: 2 }).evaluate(x, x).print(); // [2, 2]
 */
export function polynomial(settings: PolynomialConfig = {}): Kernel {
  const { degree, gamma, coef0 } = checkPolynomial(settings);
  return Object.freeze({
    name: 'polynomial',
    evaluate: (xs: tf.Tensor2D, ys: tf.Tensor2D) =>
      tf.tidy(() => {
        const [x, y] = checkPoints(xs, ys);
        return gramInTiles(x, y, 1, (rows, columns) => {
          const base = tf.add(tf.mul(tf.matMul(rows, tf.transpose(columns)), gamma), coef0);
          let power = base;
          // tf.pow cannot be used: on some backends it fails for negative numbers.
          for (let i = 1; i < degree; i++) power = tf.mul(power, base);
          return power as tf.Tensor2D;
        });
      }),
    getConfig: (): KernelConfig => ({ degree, gamma, coef0 }),
  });
}

/** Beyond this degree float32 can only hold powers of numbers close to 1. */
const LARGEST_DEGREE = 100;

/** Checks the settings and fills in defaults. */
export function checkPolynomial({ degree = 2, gamma = 1, coef0 = 1 }: PolynomialConfig) {
  check.positiveInteger('degree', degree);
  if (degree > LARGEST_DEGREE) {
    throw check.rangeError('degree', `be ${LARGEST_DEGREE} at most`, check.shown(degree));
  }
  check.positiveFloat32('gamma', gamma);
  if (coef0 !== 0) check.positiveFloat32('coef0', check.nonNegativeFinite('coef0', coef0));
  return { degree, gamma, coef0 };
}
