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
 * // The pinball loss, whose minimum is the quantile tau.
 * export const pinball = defineParametrizedLoss({ tau: 0.5 }, ({ tau }) => ({
 *   name: 'pinball',
 *   coding: 'real',
 *   tensor(yTrue, yPred) {
 *     const e = tf.sub(yTrue, yPred);
 *     return tf.mean(tf.maximum(tf.mul(e, tau), tf.mul(e, tau - 1)), -1);
 *   },
 *   closed: outputwise(
 *     (t, p) => Math.max(tau * (t - p), (tau - 1) * (t - p)),
 *     (t, p) => (t >= p ? -tau : 1 - tau),
 *   ),
 * }));
 * pinball.with({ tau: 0.9 });
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
