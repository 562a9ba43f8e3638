import { kindOf } from '@kernel-methods/check';
import type { Fold } from './folds.ts';

/** @throws TypeError or RangeError where folds that the user made do not fit the rows. */
export function checkFolds(folds: readonly Fold[], rows: number): void {
  if (!Array.isArray(folds) || folds.length === 0) {
    throw new TypeError(
      `\`folds\` must be a number or an array of { train, test }. Received: ${kindOf(folds)}.`,
    );
  }
  folds.forEach((fold: Fold, i) => {
    for (const part of ['train', 'test'] as const) {
      const picked = fold?.[part];
      if (!(picked instanceof Int32Array) || picked.length === 0) {
        throw new TypeError(
          `\`folds\` must have \`${part}\`, an Int32Array with at least one row. Received: ${kindOf(picked)} in fold ${i}.`,
        );
      }
      const seen = new Uint8Array(rows);
      for (const row of picked) {
        if (!(row >= 0 && row < rows) || seen[row]) {
          throw new RangeError(
            `\`folds\` must name rows from 0 to ${rows - 1}, each once in a part. Received: ${row} in \`${part}\` of fold ${i}.`,
          );
        }
        seen[row] = 1;
      }
    }
    const isTested = new Set(fold.test);
    const both = fold.train.find((row) => isTested.has(row));
    if (both !== undefined) {
      throw new RangeError(
        `\`folds\` must not test a row that they train on. Received: ${both} in fold ${i}.`,
      );
    }
  });
}
