import { defineLoss, type LossDefinition } from './define-loss.ts';
import type { Loss, LossConfig, ParametrizedLoss } from './loss.ts';
import { checkConfig } from './loss-config.ts';

/** The `define` function that each parametrized loss was made by; `with` keeps it. */
const families = new WeakMap<Loss, unknown>();

/**
 * Defines a loss with parameters. The loss has the default parameters; `loss.with({ … })` returns
 * it with others.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { defineParametrizedLoss, outputwise } from '@kernel-methods/losses';
 *
 * // Squares that weigh errors of one side more.
 * export const expectile = defineParametrizedLoss({ tau: 0.5 }, ({ tau }) => ({
 *   name: 'expectile',
 *   coding: 'real',
 *   tensor(yTrue, yPred) {
 *     const e = tf.sub(yTrue, yPred);
 *     const above = tf.mul(tf.square(tf.relu(e)), tau);
 *     return tf.mean(tf.add(above, tf.mul(tf.square(tf.relu(tf.neg(e))), 1 - tau)), -1);
 *   },
 *   closed: outputwise(
 *     (t, p) => (t > p ? tau : 1 - tau) * (t - p) ** 2,
 *     (t, p) => 2 * (t > p ? tau : 1 - tau) * (p - t),
 *   ),
 * }));
 * expectile.with({ tau: 0.9 });
 * ```
 *
 * @param define checks a config and returns the definition for it.
 * @throws RangeError for a parameter that the defaults do not have, and whatever `define` throws.
 */
export function defineParametrizedLoss<Config extends LossConfig>(
  defaults: Config,
  define: (config: Config) => Omit<LossDefinition, 'config'>,
): ParametrizedLoss<Config> {
  const create = (config: Config): ParametrizedLoss<Config> => {
    const loss = defineLoss({ ...define(config), config });
    families.set(loss, define);
    return Object.assign(loss, {
      config: loss.config as Config,
      with(changed: Partial<Config>) {
        checkConfig(loss, changed as LossConfig);
        return create({ ...config, ...changed });
      },
    });
  };
  return create({ ...defaults });
}

/** Whether two losses are the same up to their parameters. */
export const isSameLoss = (a: Loss, b: Loss): boolean =>
  a === b || (families.has(a) && families.get(a) === families.get(b));
