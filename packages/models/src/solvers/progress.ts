/** The results of one epoch: a pass over the rows, or an iteration of Newton's method. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /**
   * The weighted mean loss over the rows; for mini-batches it is measured during training, while
   * the head moves (as in Keras).
   */
  readonly loss: number;
  /**
   * The weighted share of rows classified correctly, measured in the same way; absent in a
   * regression.
   */
  readonly accuracy?: number;
  /** The mean loss over the validation rows after the epoch; they all have the same weight. */
  readonly valLoss?: number;
  readonly valAccuracy?: number;
  /** ‖gradient‖ relative to that at the start, if the solver knows it. */
  readonly gradientNorm?: number;
  /** Wall-clock seconds of the epoch, including its validation. */
  readonly seconds: number;
}

/** The progress of a training. */
export interface FitProgress {
  /** 'features': features are computed, before the first epoch; 'solve': a factorization. */
  readonly phase: 'features' | 'train' | 'validate' | 'solve';
  /** From 1, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, of `steps`; what a step is depends on the phase: a mini-batch, or rows. */
  readonly step: number;
  readonly steps: number;
  /** Running means over the epoch so far, if there are any. */
  readonly loss?: number;
  readonly accuracy?: number;
}
