import type { ClassSpread, SpreadOptions } from './class-spread.ts';
import type { RejectScore } from './reject-score.ts';
import { spreadScore } from './spread-score.ts';

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
export const distance = (options: SpreadOptions = {}): RejectScore<ClassSpread> =>
  spreadScore(options, { name: 'distance', total: false });
