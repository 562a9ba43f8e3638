/**
 * A score that is not defined for the rows it is asked for: R² of one row, the area under a curve
 * without rows of a class. A scorer throws it; a selection then leaves the fold out of the mean, and
 * names it and the reason.
 */
export class UndefinedScoreError extends RangeError {
  override name = 'UndefinedScoreError';
}
