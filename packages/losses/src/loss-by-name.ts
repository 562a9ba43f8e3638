import { categoricalHinge } from './categorical-hinge.ts';
import { epsilonInsensitive } from './epsilon-insensitive.ts';
import { hinge } from './hinge.ts';
import { huber } from './huber.ts';
import { logistic } from './logistic.ts';
import type { Loss, LossConfig } from './loss.ts';
import { meanSquaredError } from './mean-squared-error.ts';
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
} satisfies Record<string, Loss>;

/** The name of a loss of this package. */
export type LossName = keyof typeof table;

/** All losses of this package, with their default parameters. */
export const losses: readonly Loss[] = Object.freeze(Object.values(table));

/**
 * The loss of a name, with its default parameters or those of `config`.
 *
 * @throws RangeError if there is no such loss, or it has no such parameter.
 */
export function lossByName(name: string, config: LossConfig = {}): Loss {
  const loss = losses.find((candidate) => candidate.name === name);
  if (!loss) {
    const names = losses.map((candidate) => candidate.name).join(', ');
    throw new RangeError(`\`name\` must be one of ${names}. Received: ${name}.`);
  }
  const unknown = Object.keys(config).find((key) => !(key in loss.config));
  if (unknown !== undefined) {
    const known = Object.keys(loss.config).join(', ') || 'nothing';
    throw new RangeError(`\`config\` of ${name} must hold ${known}. Received: ${unknown}.`);
  }
  return 'with' in loss ? (loss.with as (config: LossConfig) => Loss)(config) : loss;
}
