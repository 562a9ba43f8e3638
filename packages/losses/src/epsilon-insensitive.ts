import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { defineParametrizedLoss } from './define-parametrized-loss.ts';
import type { ParametrizedLoss } from './loss.ts';
import { outputwise } from './outputwise.ts';

export type EpsilonInsensitiveConfig = {
  /** Errors up to this size cost nothing. 0 or above, default 0.1. */
  readonly epsilon: number;
};

/**
 * Epsilon-insensitive loss, the mean over the outputs of max(0, |p − t| − ε): support vector
 * regression.
 *
 * Targets are any reals. `epsilonInsensitive` has ε = 0.1, as in scikit-learn;
 * `epsilonInsensitive.with({ epsilon: 0 })` is the mean absolute error.
 *
 * At both kinks (|p − t| = ε) the subgradient is 0, as in scikit-learn; beyond them it is
 * sign(p − t) / units. There is no second derivative.
 *
 * Vapnik, "The nature of statistical learning theory", 1995.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: epsilonInsensitive.with({ epsilon: 0.2 }) });
 */
export const epsilonInsensitive: ParametrizedLoss<EpsilonInsensitiveConfig> =
  defineParametrizedLoss<EpsilonInsensitiveConfig>({ epsilon: 0.1 }, (config) => {
    const epsilon = check.nonNegativeFinite('epsilon', config.epsilon);
    return {
      name: 'epsilonInsensitive',
      coding: 'real',
      // The gradient of `relu` at 0 is 0.
      tensor: (yTrue, yPred) => tf.mean(tf.relu(tf.sub(tf.abs(tf.sub(yPred, yTrue)), epsilon)), -1),
      closed: outputwise(
        (t, p) => Math.max(0, Math.abs(p - t) - epsilon),
        (t, p) => (Math.abs(p - t) > epsilon ? Math.sign(p - t) : 0),
      ),
    };
  });
