import type { Label } from '../data/labels.ts';

/** What a scorer sees: the rows that were kept from training, and what was predicted for them. */
export interface TestedRows {
  /** Of all rows that were passed in, in ascending order; absent in a regression. */
  readonly classes?: readonly Label[];
  /** Index of each row's class; in a regression its targets, row-major. */
  readonly truth: Int32Array | Float32Array;
  /** Likewise, as predicted. */
  readonly predictions: Int32Array | Float32Array;
  /** Numbers per row in `decisions`: 1 for two classes. */
  readonly units: number;
  /** As `decisionFunction` has them, row-major. */
  readonly decisions: Float32Array;
  /** As `predictProba` has them, `rows × classes`; classifiers only. */
  probabilities(): Promise<Float32Array>;
}

/**
 * How good predictions are: the greater the better. Rows are not weighed. Where the score is not
 * defined for the rows it throws an UndefinedScoreError.
 */
export interface Scorer {
  (rows: TestedRows): number | Promise<number>;
  /** The score that none exceeds, where there is one: searches then stop early what cannot win. */
  readonly best?: number;
}

/** A scorer whose best score is known. */
export const atMost = (best: number, scorer: Scorer): Scorer => Object.assign(scorer, { best });
