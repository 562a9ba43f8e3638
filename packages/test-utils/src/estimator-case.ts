import type * as tf from '@tensorflow/tfjs-core';

interface Numbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The part of an estimator that the contract tests. */
export interface Estimator {
  readonly options: object;
  fit(x: unknown, y: unknown, options?: object): Promise<{ history: readonly { loss: number }[] }>;
  predict(x: unknown): Promise<readonly unknown[]>;
  decisionFunction(x: unknown): Promise<Numbers>;
  score(x: unknown, y: unknown): Promise<number>;
  save(handler: tf.io.IOHandler): Promise<void>;
  getParams(): object;
  setParams(options: object): Estimator;
  clone(): Estimator;
  dispose(): void;
}

export interface EstimatorCase {
  /** A new estimator that trains in about a second on the rows below. */
  readonly create: () => Estimator;
  readonly load: (handler: tf.io.IOHandler) => Promise<Estimator>;
  /** Rows and targets that it can learn. */
  readonly x: readonly (readonly number[])[];
  readonly y: readonly unknown[];
  /** The lowest `score` allowed on the training rows. */
  readonly score: number;
  /**
   * Whether the exact optimum is found, so that weights can replace repeated rows, and rows can be
   * permuted.
   */
  readonly isExact?: boolean;
  /** Whether it learns from rows alone: `y` is given to `fit` and `score` all the same. */
  readonly isUnlabelled?: boolean;
  /** How much memory is held besides tensors, in any unit. */
  readonly held?: () => number;
}
