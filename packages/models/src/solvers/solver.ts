import type { Loss } from '@kernel-methods/losses';
import type * as tf from '@tensorflow/tfjs-core';
import type { Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import type { Numerics } from '../numerics/numerics.ts';
import type { EpochRecord, FitProgress } from './progress.ts';

/** What a solver is asked: the head that minimizes Σ s·loss(y, f(z)) / Σ s + (l2/2)‖W‖². */
export interface Problem {
  readonly training: Examples;
  readonly validation?: Examples;
  readonly loss: Loss;
  /** Absent where the user has no wish: the solver then takes its own default. */
  readonly l2?: number;
  /**
   * Where to start, and where the answer goes: whether `solve` resolves or rejects, the head then
   * holds the best that was found, in place.
   */
  readonly head: Head;
  /** Whether rows that are classified correctly are counted. */
  readonly classify: boolean;
  /** What an earlier solution left, to go on from; it stays as it is. */
  readonly state?: SolverState;
}

/** With what a solver computes, and to whom it reports. */
export interface SolverContext {
  readonly numerics: Numerics;
  /** Draws the order of rows and whatever else is random. */
  readonly seed: number;
  /** Passes over the rows and rows per step, for solvers that make any. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Heard within a few milliseconds. */
  readonly signal: AbortSignal;
  /** Called every few milliseconds. */
  readonly onProgress?: (progress: FitProgress) => void;
  /**
   * Called after each epoch (or iteration of Newton's method); a reason ends the training. `head`
   * copies the head as it is now.
   */
  readonly onEpochEnd?: (
    record: EpochRecord,
    head: () => Promise<Head>,
  ) => Promise<string | undefined>;
}

/**
 * Why a training ended: 'epochs' (all are done), 'converged', 'iterations' (as many as were allowed),
 * 'precision' (float32 gives nothing better), 'exact' (there is nothing to iterate), 'early stopping',
 * 'callback' (one returned false); a solver of your own may have other reasons.
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

/** What a solver says at its end. */
export interface Solution {
  readonly history: readonly EpochRecord[];
  /** Why it stopped; the reason of `onEpochEnd` where that gave one. */
  readonly stopped: StopReason;
  /** The penalty that was used. */
  readonly l2: number;
  /**
   * What rounding made a solver of normal equations add to the penalty, in its unit: 0 where the
   * minimum is exact. Absent for solvers that add nothing.
   */
  readonly jitter?: number;
  readonly seconds: { readonly train: number; readonly validate: number };
  /** What `partialFit` and a posterior go on from; it belongs to whoever asked for the solution. */
  readonly state?: SolverState;
}

/** What a solver keeps beside the head, to go on from when more rows come. */
export interface SolverState {
  /** A copy with so many outputs, for classes that no row so far was of. */
  grown?(units: number): SolverState;
  /** The penalty that means the same when rows of so much weight are added to those behind `l2`. */
  l2With?(l2: number, weight: number, units: number): number;
  dispose(): void;
}

export type SolverConfig = Readonly<Record<string, number | string | boolean>>;

/**
 * Finds the head of a linear model over features that do not change. It sees the features only as
 * chunks of rows, and the loss only by its closed forms.
 *
 * A solver says itself what it can do; whatever it does not name, it cannot. Nobody asks its name.
 */
export interface Solver {
  /** Under which `solver` knows it. */
  readonly name: string;
  /** Its options, for `getParams` and saved models. */
  readonly config: SolverConfig;
  /** 'one': it passes once over the rows, so that features need not be kept and rows may stream. */
  readonly passes?: 'one';
  /** 'zeros': the head starts there, and not from weights drawn at random. */
  readonly start?: 'zeros';
  /** Where it starts changes how long it takes, but what it finds only within its tolerance. */
  readonly startsAnywhere?: true;
  /**
   * From what `partialFit` goes on: the 'head' alone, or the 'state' of the last solution. Absent:
   * it cannot go on.
   */
  readonly continues?: 'head' | 'state';
  /** Whether it is made with the model's `learningRate`, which is refused otherwise. */
  readonly usesLearningRate?: true;
  /**
   * Where its head is that of ridge regression and follows from the sums over the rows
   * (`RidgeAccumulator`), so that folds may share them; with the penalty that it brings itself.
   */
  readonly ridge?: { readonly l2?: number };
  /** The tfjs optimizer with the same steps, for a network that is trained as a whole. */
  networkOptimizer?(): tf.Optimizer;
  /** Why it cannot minimize a loss: the rule that it breaks, after "`loss` ". Absent: it takes any. */
  refuses?(loss: Loss): string | undefined;
  /** @throws the signal's reason when aborted, and an Error when it diverges. */
  solve(problem: Problem, context: SolverContext): Promise<Solution>;
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
