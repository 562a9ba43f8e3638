import type { Loss } from '@kernel-methods/losses';
import type * as tf from '@tensorflow/tfjs-core';

export interface Rows {
  readonly x: tf.Tensor;
  /** Targets in the loss's coding, `[rows, units]`. */
  readonly y: tf.Tensor2D;
}

/** What a learner minimizes: mean loss + (l2/2)‖W‖² over the training rows. */
export interface Objective {
  readonly training: Rows;
  readonly validation?: Rows;
  readonly loss: Loss;
  readonly l2: number;
  /** Whether rows are counted that are classified rightly. */
  readonly classify: boolean;
}

/** What a training moves: it steps, and counts as it goes. */
export interface Learner {
  /** One step on these rows of the training set. */
  step(rows: Int32Array): void;
  /** For each step since the last call, in order: the sum of losses, and how many rows were right. */
  sums(): Promise<ArrayLike<number>>;
  /** The same two sums over the validation rows, block by block. */
  validate(): AsyncIterable<{ readonly rows: number; readonly sums: ArrayLike<number> }>;
  /** Whether all weights are finite. */
  isFinite(): Promise<boolean>;
  /** Brings what was learned into the network, and frees what was kept for learning. */
  finish(): void;
}
