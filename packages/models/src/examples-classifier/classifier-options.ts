export interface ExamplesClassifierOptions {
  /**
   * The number of random features, D. A class takes at most D + 1 rows of D + 3 numbers to save.
   * Default 512.
   */
  readonly outputDim?: number;
  /**
   * The length scale of the gaussian kernel. Default: the median distance between the first 200
   * examples. It is fixed from the 201st example on, or when the dataset is first requested.
   */
  readonly scale?: number;
  /** What is added to the Gram matrix's diagonal; a row of features has norm 1. Default 0.1. */
  readonly alpha?: number;
  /**
   * Whether examples are divided by their length first, as tfjs-models' classifier always does: two
   * that differ only in length are then the same. It suits embeddings whose lengths have no
   * meaning, such as activations that grow with the brightness of an image. Default false: lengths
   * count too.
   */
  readonly normalize?: boolean;
  /** The seed of the features. Default 0. */
  readonly seed?: number;
}
