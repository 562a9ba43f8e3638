import { inTurns } from '@kernel-methods/simd';
import {
  type ClassSpread,
  distancesOf,
  readSpread,
  type SpreadOptions,
  spreadOptions,
  spreadSteps,
  writeSpread,
} from './class-spread.ts';
import type { RejectScore } from './reject-score.ts';

interface SpreadScore {
  readonly name: string;
  /** Whether the distance from the mean of all rows is measured, too. */
  readonly total: boolean;
  /** The score from the squared distances from the nearest class, and from all rows. */
  readonly of: (nearest: number, total: number) => number;
}

/** A score from squared Mahalanobis distances in the space of features. */
export function spreadScore(
  options: SpreadOptions,
  { name, total, of }: SpreadScore,
): RejectScore<ClassSpread> {
  const config = spreadOptions(name, options);
  return {
    name,
    config,
    learn: (moments, signal) => inTurns(spreadSteps(moments, { ...config, total }), signal),
    async score({ features }, spread) {
      const scores: number[] = [];
      for await (const distances of distancesOf(features(), spread)) {
        distances.nearest.forEach((nearest, row) => {
          scores.push(of(nearest, distances.total[row]));
        });
      }
      return Float64Array.from(scores);
    },
    write: writeSpread,
    read: readSpread,
  };
}
