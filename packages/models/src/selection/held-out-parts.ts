import { rangeError } from '@kernel-methods/check';
import type { Dataset } from '../data/dataset.ts';
import { type Fold, kFold, shuffleSplit, stratifiedKFold } from './folds.ts';

/** How rows are divided into those that are trained on and those that are held out. */
export interface HoldingOut {
  /** 'split' holds out one part; 'cross' each fold in turn. */
  readonly method: 'split' | 'cross';
  /** The share of the rows that is held out, with 'split'. */
  readonly calibrationSize: number;
  /** The number of folds, with 'cross'. */
  readonly folds: number;
  readonly seed: number;
}

/**
 * The parts of rows on which models are trained and to which they are then applied.
 *
 * @param groups a label for each row: rows with the same label are not divided.
 * @throws RangeError if rows, or classes, are too few.
 */
export function heldOutParts(
  { x: { rows }, indices, classes }: Pick<Dataset, 'x' | 'indices' | 'classes'>,
  { method, calibrationSize, folds, seed }: HoldingOut,
  groups?: ArrayLike<unknown>,
): Fold[] {
  if (rows < 2) {
    throw rangeError('x', 'have two rows or more: some are trained on, others held out', `${rows}`);
  }
  const how = { seed, ...(groups !== undefined && { groups }) };
  const parts =
    method === 'split'
      ? shuffleSplit(rows, { splits: 1, testSize: calibrationSize, ...how })
      : indices === undefined
        ? kFold(rows, { folds, ...how })
        : stratifiedKFold(indices, { folds, ...how });
  for (const { train } of indices === undefined ? [] : parts) {
    const left = new Set(Array.from(train, (row) => indices?.[row]));
    if (left.size > 1) continue;
    const label = JSON.stringify(classes?.[[...left][0] as number]);
    throw rangeError(
      'x',
      `have enough rows of each class: ${rows - train.length} of ${rows} are held out, and two classes must be left to train on`,
      `only ${label} in the others`,
    );
  }
  return parts;
}
