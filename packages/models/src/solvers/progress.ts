/** What happened in one epoch: a pass over the rows, or an iteration of Newton's method. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /**
   * Mean loss over the rows, by their weights; of mini-batches as they were trained on, while the
   * head moved (as Keras counts).
   */
  readonly loss: number;
  /** Share of rows classified correctly, by their weights, counted likewise; absent in a regression. */
  readonly accuracy?: number;
  /** Mean loss over the validation rows after the epoch; they all weigh the same. */
  readonly valLoss?: number;
  readonly valAccuracy?: number;
  /** ‖gradient‖ over that at the start, where the solver knows it. */
  readonly gradientNorm?: number;
  /** Wall-clock seconds of the epoch, its validation included. */
  readonly seconds: number;
}

/** Where the training stands. */
export interface FitProgress {
  /** 'features': computing them before the first epoch; 'solve': a factorization. */
  readonly phase: 'features' | 'train' | 'validate' | 'solve';
  /** From 1, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, of `steps`; what a step is depends on the phase: a mini-batch, or rows. */
  readonly step: number;
  readonly steps: number;
  /** Running means over the epoch so far, where there are any. */
  readonly loss?: number;
  readonly accuracy?: number;
}
