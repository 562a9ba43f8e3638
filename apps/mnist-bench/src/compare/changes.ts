/** What two files say of the same things. */
export interface Changes {
  readonly before: string;
  readonly after: string;
  /** What is to be known before the rest: other machines, other data. */
  readonly notes: readonly string[];
  /** Variants of both files. */
  readonly variants: readonly VariantChange[];
  /** Names of variants that are only in the new file. */
  readonly added: readonly string[];
  readonly gone: readonly Gone[];
  /** Whether anything became worse: more fail, or beyond noise; or there is nothing in both. */
  readonly lost: boolean;
}

export interface VariantChange {
  readonly variant: string;
  readonly changes: readonly Change[];
  readonly failures: Failures;
  /** No run of either file was done. */
  readonly broken: boolean;
}

/** How many runs failed. Any rise of their share counts: failures are no noise. */
export interface Failures {
  /** "1 of 3". */
  readonly before: string;
  readonly after: string;
  /** Why, in the new file. */
  readonly reasons: readonly string[];
  readonly verdict: Change['verdict'];
}

export interface Change {
  readonly measure: Measure;
  readonly before: number;
  readonly after: number;
  /** Accuracy: the difference. Others: the ratio. */
  readonly change: number;
  /** What chance alone makes of it: a difference, or a ratio above 1. */
  readonly noise: number;
  /** What the noise is taken from: "3 seeds". */
  readonly from: string;
  readonly verdict: 'better' | 'worse' | 'same';
}

export type Measure = 'accuracy' | 'seconds' | 'memory';

export interface Gone {
  readonly variant: string;
  /** Why it was skipped, where it was. */
  readonly reason: string | null;
}
