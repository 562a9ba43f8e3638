/**
 * Thrown by a scorer whose score is not defined for the rows: R² of one row, or the area under a
 * curve without rows of a class. A selection then leaves the fold out of the mean, and reports it
 * with the reason.
 */
export class UndefinedScoreError extends RangeError {
  override name = 'UndefinedScoreError';
}
