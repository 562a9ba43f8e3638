import {
  seed as checkSeed,
  integerBetween,
  knownOptions,
  nonNegativeFinite,
  oneOf,
  optional,
  rangeError,
  shown,
  typeError,
} from '@kernel-methods/check';
import type { RejectAim, RejectCosts } from './choose-threshold.ts';
import type { RejectScore } from './reject-score.ts';
import { type RejectScoreName, scoreFor } from './reject-scores.ts';

/**
 * Settings of `rejecting`. At most one of `coverage`, `falseAcceptances` and `cost` is given. Default:
 * `cost` if there are examples of the unknown, otherwise a `coverage` of 0.95.
 */
export interface RejectOptions extends RejectAim {
  /**
   * How sure it is that a row is of a known class: 'relativeMahalanobis', 'distance', 'energy',
   * 'margin', 'probability', one of these with options, or one of your own. Default
   * 'relativeMahalanobis', which found the unknown best on CLINC150's embeddings.
   */
  readonly score?: RejectScoreName | RejectScore;
  /** Which rows choose the threshold: a part that no model is trained on, or each fold in turn. Default 'split'. */
  readonly method?: 'split' | 'cross';
  /** The share of the rows that choose the threshold, with 'split'. Default 0.2. */
  readonly calibrationSize?: number;
  /** The number of folds, with 'cross'. Default 5. */
  readonly folds?: number;
  /** The seed of the division of the rows. Default 0. */
  readonly seed?: number;
}

/** The options with their defaults. */
export interface ResolvedRejectOptions {
  readonly score: RejectScore;
  readonly aim: RejectAim;
  readonly method: 'split' | 'cross';
  readonly calibrationSize: number;
  readonly folds: number;
  readonly seed: number;
}

const KNOWN = [
  ...(['score', 'coverage', 'falseAcceptances', 'cost', 'method'] as const),
  ...(['calibrationSize', 'folds', 'seed'] as const),
] satisfies (keyof RejectOptions)[];

const COSTS = ['wrong', 'rejected', 'accepted'] satisfies (keyof RejectCosts)[];

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function resolveReject(options: RejectOptions): ResolvedRejectOptions {
  knownOptions('The options of `rejecting`', options, KNOWN);
  const { score = 'relativeMahalanobis', coverage, falseAcceptances, cost } = options;
  const { method = 'split', calibrationSize = 0.2, folds = 5, seed = 0 } = options;
  const aims = Object.entries({ coverage, falseAcceptances, cost }).filter(
    ([, v]) => v !== undefined,
  );
  if (aims.length > 1) {
    const names = aims.map(([name]) => name).join(' and ');
    throw rangeError('coverage', 'be the only aim, or left out', names);
  }
  for (const [name, value] of Object.entries({ coverage, falseAcceptances, calibrationSize })) {
    if (value === undefined || (typeof value === 'number' && value > 0 && value < 1)) continue;
    throw rangeError(name, 'lie between 0 and 1', shown(value));
  }
  if (cost !== undefined) {
    if (typeof cost !== 'object' || cost === null)
      throw typeError('cost', 'be an object', shown(cost));
    knownOptions('`cost`', cost, COSTS);
    for (const name of COSTS) {
      optional(
        (at: string, value: unknown) => nonNegativeFinite(at, value),
        `cost.${name}`,
        cost[name],
      );
    }
  }
  oneOf('method', method, ['split', 'cross']);
  integerBetween('folds', folds, 2);
  checkSeed('seed', seed);
  const aim = Object.fromEntries(aims) as RejectAim;
  return { score: scoreFor(score), aim, method, calibrationSize, folds, seed };
}
