import { kindOf, typeError } from '@kernel-methods/check';

/** Tells which rows are of none of the classes that a classifier knows. */
export interface Rejects<X = never> {
  /** Whether each row is kept: false for a row of none of the classes. */
  keeps(x: X): Promise<readonly boolean[]>;
}

/**
 * The predictions for rows that are kept, and null for the others.
 *
 * @throws TypeError unless `reject` can tell.
 */
export async function withoutRejected<P, X>(
  predictions: Promise<readonly P[]>,
  reject: Rejects<X>,
  x: X,
): Promise<(P | null)[]> {
  if (typeof reject?.keeps !== 'function') {
    // The predictions may have failed too; the first error is the one that counts.
    await predictions;
    throw typeError('reject', 'have a method `keeps`, as what `rejecting` makes', kindOf(reject));
  }
  const all = await predictions;
  const kept = await reject.keeps(x);
  return all.map((prediction, row) => (kept[row] ? prediction : null));
}
