import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { defineParametrizedLoss } from './define-parametrized-loss.ts';
import type { ParametrizedLoss } from './loss.ts';
import { outputwise } from './outputwise.ts';

export type HuberConfig = {
  /** Where the square ends and the straight line begins. Positive, default 1. */
  readonly delta: number;
};

/**
 * Huber loss, the mean over the outputs of e²/2 where |e| ≤ δ and δ·|e| − δ²/2 beyond, e = p − t.
 *
 * Targets are any reals. `huber` has δ = 1, as in Keras; `huber.with({ delta: 2 })` has δ = 2.
 *
 * The gradient is continuous: e / units where |e| ≤ δ and δ·sign(e) / units beyond. The second
 * derivative jumps; the generalized Hessian is 1 / units where |e| ≤ δ, the ends included, and 0
 * beyond.
 *
 * Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: huber.with({ delta: 0.5 }) });
 */
export const huber: ParametrizedLoss<HuberConfig> = defineParametrizedLoss<HuberConfig>(
  { delta: 1 },
  (config) => {
    const delta = check.positiveFinite('delta', config.delta);
    return {
      name: 'huber',
      coding: 'real',
      // With c = min(|e|, δ) both branches are c·(|e| − c/2): the branch that is not taken cannot
      // overflow.
      tensor: (yTrue, yPred) => {
        const error = tf.abs(tf.sub(yPred, yTrue));
        const clipped = tf.minimum(error, delta);
        return tf.mean(tf.mul(clipped, tf.sub(error, tf.div(clipped, 2))), -1);
      },
      closed: outputwise(
        (t, p) => {
          const error = Math.abs(p - t);
          const clipped = Math.min(error, delta);
          return clipped * (error - clipped / 2);
        },
        (t, p) => Math.max(-delta, Math.min(delta, p - t)),
        (t, p) => (Math.abs(p - t) <= delta ? 1 : 0),
      ),
    };
  },
);
