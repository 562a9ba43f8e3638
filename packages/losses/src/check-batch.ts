import * as check from '@kernel-methods/check';
import type { LossBatch } from './loss.ts';

/** Checks that the lengths of a batch agree, and returns its number of rows. */
export function countRows({ targets, predictions, units }: LossBatch): number {
  check.positiveInteger('units', units);
  if (predictions.length % units !== 0) {
    const received = `${predictions.length} numbers`;
    throw check.rangeError('predictions', `hold ${units} numbers per row`, received);
  }
  check.lengthOf('targets', targets, predictions.length);
  return predictions.length / units;
}
