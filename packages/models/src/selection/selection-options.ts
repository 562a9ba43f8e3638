import type { Scorer } from '../tasks/scorer.ts';
import type { ScorerName } from '../tasks/scorers.ts';
import type { FoldLike } from './check-folds.ts';
import type { FoldFitOptions, SelectionProgress } from './plan.ts';

/** How models are validated. */
export interface SelectionOptions {
  /** How many folds, drawn by the seed (stratified for classes), or the folds themselves. Default 5. */
  folds?: number | readonly FoldLike[];
  /** A label for each row: rows of one are never divided between folds. */
  groups?: ArrayLike<unknown>;
  /** What is best: a name, or a function. Default 'accuracy' for classes and 'r2' for numbers. */
  scoring?: ScorerName | Scorer;
  /**
   * Whether the predictions of all folds are scored together, too, each by the model that did not see
   * its row: for scores that a few rows do not define, such as R² where folds have one row. Searches
   * then rank by that. Default: only where the score is defined on no fold.
   */
  pooled?: boolean;
  /** How each fit runs: `sampleWeight`, `classWeight`, `epochs`, …, as `fit` takes them. */
  fitOptions?: FoldFitOptions;
  /**
   * Whether the feature map is made for each fold from its training rows. Default false: it is made
   * once, from all rows (never from their labels), and its features are computed once.
   */
  mapPerFold?: boolean;
  /** Draws the folds. Default 0. */
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (progress: SelectionProgress) => void;
}
