import * as check from '@kernel-methods/check';
import { fail } from './check.ts';
import type { DataMatrix } from './types.ts';

export interface OneHotOptions {
  /** The number of columns. Default: the largest label plus one. */
  classes?: number;
}

/**
 * One row per label, with 1 in the label's column and 0 elsewhere; the shape is [labels, classes].
 *
 * @param y whole numbers 0 … classes − 1.
 * @throws RangeError if y is empty or a label is anything else.
 *
 * @example
 * oneHot([0, 2, 1]); // rows [1, 0, 0], [0, 0, 1], [0, 1, 0]
 */
export function oneHot(y: ArrayLike<number>, { classes }: OneHotOptions = {}): DataMatrix {
  if (!(y?.length > 0)) fail('y', 'one or more labels', y?.length);
  if (classes !== undefined) check.positiveInteger('classes', classes);
  let largest = 0;
  for (let i = 0; i < y.length; i++) {
    const label = y[i];
    if (!Number.isSafeInteger(label) || label < 0 || (classes !== undefined && label >= classes)) {
      fail(`y[${i}]`, `a whole number, 0 ${classes ? `… ${classes - 1}` : 'or above'}`, label);
    }
    if (label > largest) largest = label;
  }
  const columns = classes ?? largest + 1;
  const data = new Float32Array(y.length * columns);
  for (let i = 0; i < y.length; i++) data[i * columns + y[i]] = 1;
  return { data, shape: [y.length, columns] };
}
