import type { Loss } from '@kernel-methods/losses';
import type { FeatureType, Steps } from '@kernel-methods/simd';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import type { Numerics } from '../numerics/numerics.ts';
import type { FarSize } from './far-passes.ts';
import type { EpochRecord, FitProgress } from './progress.ts';
import type { SharedWork } from './shared-work.ts';

/** The problem of a solver: find the head that minimizes Σ s·loss(y, f(z)) / Σ s + (l2/2)‖W‖². */
export interface Problem {
  readonly training: Examples;
  readonly validation?: Examples;
  readonly loss: Loss;
  /** The penalty; if it is absent, the solver uses its own default. */
  readonly l2?: number;
  /**
   * The start, and the place for the result: whether `solve` resolves or rejects, this object then
   * holds the best head that was found.
   */
  readonly head: Head;
  /** Whether correctly classified rows are counted. */
  readonly classify: boolean;
  /** The state of an earlier solution, to continue from; it is not changed. */
  readonly state?: SolverState;
}

/** What a solver computes with, and where it reports. */
export interface SolverContext {
  readonly numerics: Numerics;
  /** The seed of the order of rows and of everything else that is random. */
  readonly seed: number;
  /** The number of passes over the rows, and of rows per step, for solvers that use them. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Results of earlier solves over the same rows and weights, if there are several solves. */
  readonly sharedWork?: SharedWork;
  /** Heard within a few milliseconds. */
  readonly signal: AbortSignal;
  /** Called every few milliseconds. */
  readonly onProgress?: (progress: FitProgress) => void;
  /**
   * Called after each epoch (or iteration of Newton's method); a returned reason ends the training.
   * `head` copies the current head.
   */
  readonly onEpochEnd?: (
    record: EpochRecord,
    head: () => Promise<Head>,
  ) => Promise<string | undefined>;
}

/**
 * Why a training ended: 'epochs' (all are done), 'converged', 'iterations' (the limit is reached),
 * 'precision' (float32 allows no improvement), 'exact' (there is nothing to iterate), 'early stopping',
 * 'callback' (one returned false). Solvers of your own may have other reasons.
 */
export type StopReason =
  | 'epochs'
  | 'converged'
  | 'iterations'
  | 'precision'
  | 'exact'
  | 'early stopping'
  | 'callback'
  | (string & {});

/** The solution of a solver. */
export interface Solution {
  readonly history: readonly EpochRecord[];
  /** Why it stopped: the solver's own reason, or that of `onEpochEnd`. */
  readonly stopped: StopReason;
  /** The penalty that was used. */
  readonly l2: number;
  /**
   * What a solver of normal equations added to the penalty because of rounding, in the unit of the
   * penalty: 0 if the minimum is exact. Absent for solvers that add nothing.
   */
  readonly jitter?: number;
  readonly seconds: { readonly train: number; readonly validate: number };
  /** The state that `partialFit` and a posterior continue from; the caller owns it. */
  readonly state?: SolverState;
  /** The head, where it is none of the linear ones that `Problem.head` can hold. */
  readonly ownHead?: OwnHead;
}

/** A head of another kind than a linear one: how its layer is made, and its weights. */
export interface OwnHead {
  /** The layer, not built. It takes features, and its first weight has a row for each of them. */
  create(): tfl.layers.Layer;
  readonly weights: readonly { readonly values: Float32Array; readonly shape: number[] }[];
  /** The same around another linear head, that of an earlier epoch; absent if it contains none. */
  around?(head: Head): OwnHead;
}

/** The state that a solver keeps besides the head, to continue with more rows. */
export interface SolverState {
  /** A copy with this many outputs, for classes without rows so far. */
  grown?(units: number): SolverState;
  /** The penalty with the same meaning as `l2` after rows of this weight are added. */
  l2With?(l2: number, weight: number, units: number): number;
  /** The state as bytes, a multiple of 4, that the solver's `restore` reads; absent if it is not saved. */
  serializeSteps?(): Steps<ArrayBuffer>;
  dispose(): void;
}

/** A solver by name, as saved models have it. */
export interface SolverRecord {
  readonly name: string;
  readonly config: SolverConfig;
}

/** The options of a solver; one may be another solver. */
export interface SolverConfig {
  readonly [option: string]: number | string | boolean | SolverRecord;
}

/**
 * Finds the head of a linear model over features that do not change. It sees the features only as
 * chunks of rows, and the loss only by its closed forms.
 *
 * A solver declares what it can do; whatever it does not declare, it cannot do. No code depends on
 * its name.
 */
export interface Solver {
  /** The name for the option `solver`. */
  readonly name: string;
  /** Its options, for `getParams` and saved models. */
  readonly config: SolverConfig;
  /**
   * 'one': it passes over the rows once, so features need not be kept, and the rows may be a
   * stream.
   */
  readonly passes?: 'one';
  /** 'zeros': the head starts from zeros instead of random weights. */
  readonly start?: 'zeros';
  /** The start affects only the time, and the result only within the tolerance. */
  readonly startsAnywhere?: true;
  /**
   * What `partialFit` continues from: only the 'head', or the 'state' of the last solution. Absent:
   * the solver cannot continue.
   */
  readonly continues?: 'head' | 'state';
  /** What features are rounded to where they are kept, to save memory. Absent: 'float32'. */
  readonly featureType?: FeatureType;
  /** Whether it is made with the model's `learningRate`, which is refused otherwise. */
  readonly usesLearningRate?: true;
  /**
   * Present if its head is that of ridge regression and is computed from the sums over the rows
   * (`RidgeAccumulator`), so that folds may share them; `l2` is the solver's own penalty.
   */
  readonly ridge?: { readonly l2?: number };
  /** The state that was saved for a head of this shape. @throws RangeError if it is not one. */
  restore?(bytes: ArrayBuffer, width: number, units: number): SolverState;
  /** The tfjs optimizer with the same steps, for a network that is trained as a whole. */
  networkOptimizer?(): tf.Optimizer;
  /** Why it cannot minimize a loss: the rule that it breaks, after "`loss` ". Absent: it takes any. */
  refuses?(loss: Loss): string | undefined;
  /** @throws the signal's reason when aborted, and an Error when it diverges. */
  solve(problem: Problem, context: SolverContext): Promise<Solution>;
  /**
   * Present if it can solve for rows that are elsewhere, by sums over them; then the training rows of
   * the problem are a sample of these.
   */
  solveByRounds?(problem: Problem, context: SolverContext, far: FarSize): Promise<Solution>;
}

/**
 * @throws RangeError if a solver cannot minimize a loss, before any work.
 *
 * @example
 * requireLoss(newton(), logistic); // throws if the solver does not take the loss
 */
export function requireLoss(solver: Pick<Solver, 'refuses'>, loss: Loss): void {
  const rule = solver.refuses?.(loss);
  if (rule === undefined) return;
  throw new RangeError(`\`loss\` ${rule}. Received: ${loss.name}.`);
}
