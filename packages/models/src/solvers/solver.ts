import type { Loss } from '@kernel-methods/losses';
import type { Examples } from '../data/examples.ts';
import type { Numerics } from '../numerics/numerics.ts';
import type { EpochRecord, FitProgress } from './progress.ts';

/** A linear head: f(z) = W·z + b. */
export interface Head {
  /** Row-major `units × width`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

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
  /** Whether rows that are classified rightly are counted. */
  readonly classify: boolean;
  /** What an earlier solution left, to go on from; it stays as it is. */
  readonly state?: SolverState;
}

/** With what a solver computes, and to whom it reports. */
export interface SolverContext {
  readonly numerics: Numerics;
  /** Draws the order of rows and whatever else is random. */
  readonly seed: number;
  /** Passes over the rows and rows a step, for solvers that make any. */
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

/** What a solver says at its end. */
export interface Solution {
  readonly history: readonly EpochRecord[];
  /**
   * Why it stopped: 'epochs', 'converged', 'iterations', 'precision' (float32 gives nothing better),
   * 'exact', or the reason of `onEpochEnd`.
   */
  readonly stopped: string;
  /** The penalty that was used. */
  readonly l2: number;
  readonly seconds: { readonly train: number; readonly validate: number };
  /** What `partialFit` and a posterior go on from; it belongs to whoever asked for the solution. */
  readonly state?: SolverState;
}

export interface SolverState {
  dispose(): void;
}

export type SolverConfig = Readonly<Record<string, number | string | boolean>>;

/**
 * Finds the head of a linear model over features that do not change. It sees the features only as
 * chunks of rows, and the loss only by its closed forms.
 */
export interface Solver {
  /** Under which `solver` knows it. */
  readonly name: string;
  /** Its options, for `getParams` and saved models. */
  readonly config: SolverConfig;
  /** 'one': features need not be kept for it. */
  readonly passes?: 'one';
  /** 'zeros': the head starts there, and not from weights drawn at random. */
  readonly start?: 'zeros';
  /** @throws RangeError if it cannot minimize this loss, before any work. */
  check(loss: Loss): void;
  /** @throws the signal's reason when aborted, and an Error when it diverges. */
  solve(problem: Problem, context: SolverContext): Promise<Solution>;
}
