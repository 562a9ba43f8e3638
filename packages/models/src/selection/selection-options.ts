import type { Scorer } from '../tasks/scorer.ts';
import type { ScorerName } from '../tasks/scorers.ts';
import type { FoldLike } from './check-folds.ts';
import type { FoldFitOptions, SelectionProgress } from './plan.ts';

/** How models are cross-validated. */
export interface SelectionOptions {
  /**
   * The number of folds, drawn by the seed (stratified for classes), or the folds themselves.
   * Default 5.
   */
  folds?: number | readonly FoldLike[];
  /** A label for each row: rows with the same label are never divided between folds. */
  groups?: ArrayLike<unknown>;
  /** The score: a name, or a function. Default 'accuracy' for classes and 'r2' for numbers. */
  scoring?: ScorerName | Scorer;
  /**
   * Whether the predictions of all folds are also scored together, each by the model that did not
   * see its row. This is for scores that are not defined for few rows, such as R² if folds have one
   * row. Searches then rank by it. Default: only if the score is defined on no fold.
   */
  pooled?: boolean;
  /** The options of each fit: `sampleWeight`, `classWeight`, `epochs`, …, as for `fit`. */
  fitOptions?: FoldFitOptions;
  /**
   * Whether the feature map is made for each fold from its training rows. Default false: it is made
   * once, from all rows (never from their labels), and its features are computed once.
   */
  mapPerFold?: boolean;
  /** The seed of the folds. Default 0. */
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (progress: SelectionProgress) => void;
}
