/** The progress of a training. Epochs and steps count from 1. */
export interface TrainingProgress {
  /** 'train', 'validate', 'features' and 'solve' have words of their own. */
  readonly phase: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly loss?: number;
  readonly accuracy?: number;
}
