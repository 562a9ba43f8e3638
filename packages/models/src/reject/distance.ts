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

/**
 * Minus the squared Mahalanobis distance from the mean of the nearest class in the space of features,
 * with the covariance within classes.
 *
 * Lee, Lee, Lee & Shin, "A simple unified framework for detecting out-of-distribution samples and
 * adversarial attacks", NeurIPS 2018.
 *
 * @throws RangeError if `floor` is not a positive finite number.
 *
 * @example
 * const wary = rejecting(new KernelSVM(), { score: distance(), coverage: 0.95 });
 */
export function distance(options: SpreadOptions = {}): RejectScore<ClassSpread> {
  const config = spreadOptions('distance', options);
  return {
    name: 'distance',
    config,
    learn: (moments, signal) => inTurns(spreadSteps(moments, { ...config, total: false }), signal),
    async score({ features }, spread) {
      const scores: number[] = [];
      for await (const { nearest } of distancesOf(features(), spread)) {
        for (const squared of nearest) scores.push(-squared);
      }
      return Float64Array.from(scores);
    },
    write: writeSpread,
    read: readSpread,
  };
}
