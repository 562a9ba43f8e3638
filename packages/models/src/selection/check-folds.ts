import { kindOf } from '@kernel-methods/check';
import type { Fold } from './folds.ts';

/** Folds that a user gives: row numbers in arrays of any type. */
export interface FoldLike {
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

/**
 * Checks folds of the user, and converts them to typed arrays.
 *
 * @throws TypeError or RangeError if they do not fit the rows.
 */
export function checkedFolds(folds: readonly FoldLike[], rows: number): Fold[] {
  if (!Array.isArray(folds) || folds.length === 0) {
    throw new TypeError(
      `\`folds\` must be a number or an array of { train, test }. Received: ${kindOf(folds)}.`,
    );
  }
  return folds.map((fold: FoldLike, i) => {
    for (const part of ['train', 'test'] as const) {
      const picked = fold?.[part];
      const isArray = Array.isArray(picked) || ArrayBuffer.isView(picked);
      if (!isArray || picked.length === 0) {
        throw new TypeError(
          `\`folds\` must have \`${part}\`, an array of at least one row number. Received: ${kindOf(picked)} in fold ${i}.`,
        );
      }
      const seen = new Uint8Array(rows);
      for (let at = 0; at < picked.length; at++) {
        const row = picked[at];
        if (!(Number.isInteger(row) && row >= 0 && row < rows) || seen[row]) {
          throw new RangeError(
            `\`folds\` must name rows from 0 to ${rows - 1}, each once in a part. Received: ${row} in \`${part}\` of fold ${i}.`,
          );
        }
        seen[row] = 1;
      }
    }
    const [train, test] = [Int32Array.from(fold.train), Int32Array.from(fold.test)];
    const isTested = new Set(test);
    const both = train.find((row) => isTested.has(row));
    if (both !== undefined) {
      throw new RangeError(
        `\`folds\` must not test a row that they train on. Received: ${both} in fold ${i}.`,
      );
    }
    return { train, test };
  });
}
