import type * as tf from '@tensorflow/tfjs-core';

interface Numbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The part of an estimator that the contract speaks of. */
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
  /** The least that `score` gives on the training rows. */
  readonly score: number;
  /** Whether the optimum is found, so that rows may be weighed for repeated and permuted. */
  readonly isExact?: boolean;
  /** How much is held beside tensors, in whatever unit. */
  readonly held?: () => number;
}
