import type { Loss } from '@kernel-methods/losses';
import type { Label } from '../data/labels.ts';

/**
 * What a scorer gets: the targets of rows that were kept from training, and the predictions for
 * them.
 */
export interface TestedRows {
  /** The classes of all rows, in ascending order; absent in a regression. */
  readonly classes?: readonly Label[];
  /** The index of each row's class; in a regression the targets, row-major. */
  readonly truth: Int32Array | Float32Array;
  /** The same for the predictions. */
  readonly predictions: Int32Array | Float32Array;
  /** Numbers per row in `decisions`: 1 for two classes. */
  readonly units: number;
  /** The results of `decisionFunction`, row-major. */
  readonly decisions: Float32Array;
  /** The loss of the model. */
  readonly loss?: Loss;
  /** The results of `predictProba`, `rows × classes`; classifiers only. */
  probabilities(): Promise<Float32Array>;
}

/**
 * Measures predictions: the greater the better. Rows are not weighted. It throws an
 * UndefinedScoreError if the score is not defined for the rows.
 */
export interface Scorer {
  (rows: TestedRows): number | Promise<number>;
  /**
   * The upper bound of the score, if there is one: searches then drop candidates that cannot win.
   */
  readonly best?: number;
}

/** A scorer whose best score is known. */
export const atMost = (best: number, scorer: Scorer): Scorer => Object.assign(scorer, { best });
