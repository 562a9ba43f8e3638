import * as check from '@kernel-methods/check';
import { categoricalHinge } from './categorical-hinge.ts';
import { isLoss } from './define-loss.ts';
import { isSameLoss } from './define-parametrized-loss.ts';
import { epsilonInsensitive } from './epsilon-insensitive.ts';
import { hinge } from './hinge.ts';
import { huber } from './huber.ts';
import { logistic } from './logistic.ts';
import type { Loss, LossConfig } from './loss.ts';
import { checkConfig } from './loss-config.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { pinball } from './pinball.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { squaredHinge } from './squared-hinge.ts';

const table = {
  hinge,
  squaredHinge,
  categoricalHinge,
  logistic,
  softmaxCrossEntropy,
  meanSquaredError,
  huber,
  epsilonInsensitive,
  pinball,
} satisfies Record<string, Loss>;

/** The name of a loss of this package. */
export type LossName = keyof typeof table;

/** All losses of this package, with their default parameters. */
export const losses: readonly Loss[] = Object.freeze(Object.values(table));

const registered = new Map<string, Loss>(losses.map((loss) => [loss.name, loss]));

/**
 * Registers a loss of your own under its name, for `lossByName`, for options that take the name of
 * a loss, and for models that are saved with it. Registering it again does nothing.
 *
 * @throws TypeError if `defineLoss` did not make it, RangeError if another loss has its name.
 *
 * @example
 * const distance = defineLoss({
 *   name: 'distance',
 *   coding: 'real',
 *   tensor: (yTrue, yPred) => tf.mean(tf.abs(tf.sub(yPred, yTrue)), -1),
 *   closed: outputwise(
 *     (target, prediction) => Math.abs(prediction - target),
 *     (target, prediction) => Math.sign(prediction - target),
 *   ),
 * });
 * registerLoss(distance);
 * lossByName('distance'); // distance
 */
export function registerLoss(loss: Loss): void {
  if (!isLoss(loss)) throw check.typeError('loss', 'be made by `defineLoss`', check.kindOf(loss));
  if (!isSameLoss(registered.get(loss.name) ?? loss, loss)) {
    throw check.rangeError('loss', 'have a name that no other loss has', check.shown(loss.name));
  }
  if (!registered.has(loss.name)) registered.set(loss.name, loss);
}

/**
 * The names of all registered losses, your own included.
 *
 * @example
 * lossNames(); // ['hinge', 'squaredHinge', …]
 */
export const lossNames = (): string[] => [...registered.keys()];

/** Whether `lossByName` returns this loss for its name and parameters. */
export const isRegisteredLoss = (value: unknown): value is Loss =>
  isLoss(value) && registered.has(value.name) && isSameLoss(registered.get(value.name)!, value);

/**
 * The loss with a given name, with its default parameters or those of `config`.
 *
 * @example
 * ```ts
 * import { lossByName } from '@kernel-methods/losses';
 *
 * lossByName('huber', { delta: 2 }).config; // { delta: 2 }
 * ```
 *
 * @throws RangeError if there is no such loss, or it has no such parameter.
 */
export function lossByName(name: LossName | (string & {}), config: LossConfig = {}): Loss {
  const loss = registered.get(name);
  if (!loss) {
    const meant = check.nearest(String(name), lossNames());
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    throw check.rangeError(
      'name',
      `be one of ${lossNames().join(', ')}${hint}`,
      check.shown(name, ''),
    );
  }
  checkConfig(loss, config);
  return Object.hasOwn(loss, 'with')
    ? (loss as unknown as { with: (config: LossConfig) => Loss }).with(config)
    : loss;
}
