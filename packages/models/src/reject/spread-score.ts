import {
  type ClassSpread,
  learnSpread,
  readSpread,
  type SpreadOptions,
  scoresOf,
  spreadOptions,
  writeSpread,
} from './class-spread.ts';
import type { RejectScore } from './reject-score.ts';

interface SpreadScore {
  readonly name: string;
  /** Whether the distance from the mean of all rows is added. */
  readonly total: boolean;
}

/** A score from squared Mahalanobis distances in the space of features. */
export function spreadScore(
  options: SpreadOptions,
  { name, total }: SpreadScore,
): RejectScore<ClassSpread> {
  const config = spreadOptions(name, options);
  return {
    name,
    config,
    learn: (moments, signal) => learnSpread(moments, { ...config, total }, signal),
    score: ({ features }, spread) => scoresOf(features(), spread),
    write: writeSpread,
    read: readSpread,
  };
}
