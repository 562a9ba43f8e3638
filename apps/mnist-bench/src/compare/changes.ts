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
  /** Whether anything failed or became worse beyond noise. */
  readonly lost: boolean;
}

export interface VariantChange {
  readonly variant: string;
  readonly changes: readonly Change[];
  /** Why it fails in the new file where it did not in the old one. */
  readonly failures: readonly string[];
  /** Fails in both: no run of either was done. */
  readonly broken: boolean;
  /** Failed in the old file, and was done in the new one. */
  readonly repaired: boolean;
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
