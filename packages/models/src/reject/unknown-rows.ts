import { kindOf, typeError } from '@kernel-methods/check';
import { requireShape } from '../data/dataset.ts';
import { type RowsLike, toRows } from '../data/rows.ts';
import { isTableRows, type TableRows, tableOf } from '../data/tables.ts';

/**
 * Checks examples of the unknown before a classifier is trained, as far as that can be done: what the
 * columns of a table must be follows from its encoder.
 *
 * @param rowShape that of the rows of `x`, if they are numbers.
 * @throws RangeError or TypeError that names `unknown`, the rule and the value.
 */
export async function checkUnknown(
  unknown: RowsLike | TableRows,
  x: RowsLike | TableRows,
  rowShape: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  if (isTableRows(x)) {
    if (isTableRows(unknown)) return void (await tableOf(unknown, 'unknown'));
    throw typeError('unknown', 'be a table or objects if `x` is', kindOf(unknown));
  }
  if (isTableRows(unknown)) {
    throw typeError('unknown', 'hold rows of numbers if `x` does', 'a table or objects');
  }
  const rows = await toRows(unknown, 'unknown', signal);
  try {
    requireShape(rows, rowShape, 'unknown');
  } finally {
    rows.dispose();
  }
}
