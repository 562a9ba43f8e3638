import type { Batch } from './loss.ts';

/** The rows of a batch, once its lengths agree. */
export function countRows({ targets, predictions, units }: Batch): number {
  if (!Number.isInteger(units) || units < 1) {
    throw new RangeError(`\`units\` must be a whole number, 1 or above. Received: ${units}.`);
  }
  if (predictions.length % units !== 0) {
    throw new RangeError(
      `\`predictions\` must hold ${units} numbers a row. Received: ${predictions.length} numbers.`,
    );
  }
  checkLength('targets', targets, predictions.length);
  return predictions.length / units;
}

export function checkLength(name: string, array: ArrayLike<number>, length: number): void {
  if (array.length !== length) {
    throw new RangeError(`\`${name}\` must have the length ${length}. Received: ${array.length}.`);
  }
}
