import type { FeatureType } from '@kernel-methods/simd';
import type { Examples } from '../data/examples.ts';
import type { Numerics } from '../numerics/numerics.ts';

/** Examples that own memory. */
export interface OwnedExamples extends Examples {
  /** Whether the features are kept, so that another pass is cheap. */
  readonly kept: boolean;
  dispose(): void;
}

export interface FeatureOptions {
  readonly numerics: Numerics;
  readonly signal: AbortSignal;
  /** Bytes of features that may be kept. */
  readonly budget: number;
  /** The type of features that are not sparse. Default: 'float32'. */
  readonly featureType?: FeatureType;
  /** Called with the number of rows whose features are computed, if features are kept. */
  readonly onRows?: (done: number) => void;
  /** Which rows these are, for errors, if they are not those of `x`. */
  readonly name?: string;
}
