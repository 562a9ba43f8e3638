import { inTurns } from '@kernel-methods/simd';
import { type Dataset, subset } from '../data/dataset.ts';
import { rowWeights } from '../data/weights.ts';
import type { KernelModel } from '../estimators/kernel-model.ts';
import type { FitOptions } from '../fit/fit-options.ts';
import { recode } from '../fit/prepare.ts';
import type { SharedFeatures } from '../fit/shared-features.ts';
import { valuesOf } from '../numerics/picked.ts';
import type { ResolvedOptions } from '../options.ts';
import type { RidgeAccumulator } from '../ridge/accumulator.ts';
import type { Scorer, TestedRows } from '../tasks/scorer.ts';
import { type FoldScores, scoreFold } from './fold-scores.ts';
import type { Fold } from './folds.ts';

/**
 * The options for each fit of a selection. The selection itself determines validation data and
 * progress.
 */
export type FoldFitOptions = Omit<FitOptions, 'validationData' | 'signal' | 'onProgress'>;

/** The progress of a selection. */
export interface SelectionProgress {
  /**
   * 'features': features are being computed; 'fit': a fit on a fold has ended and has its score;
   * 'stop': the remaining folds of a candidate are skipped, because it cannot win.
   */
  readonly phase: 'features' | 'fit' | 'stop';
  /** Fits that ended or that need not be made, of `total`: candidates × folds. */
  readonly done: number;
  readonly total: number;
  /** In the phase 'features': the number of finished rows, of `rows`. */
  readonly row?: number;
  readonly rows?: number;
  /**
   * 'fit': its index, from 0, and its score, NaN if it is not defined. 'stop': a candidate that can
   * no longer win, and the first fold that is skipped.
   */
  readonly candidate?: number;
  readonly fold?: number;
  readonly score?: number;
}

/** One setting of the options, with its results. */
export interface Candidate extends FoldScores {
  readonly index: number;
  /** An unfitted model that the selection owns; absent if the options are invalid. */
  readonly model?: KernelModel;
  /** Its own time, and its share of the work for several candidates. */
  seconds: number;
  /** The number of folds after which it could no longer win and was dropped. */
  stoppedAfter?: number;
  /** Why it has no score. */
  error?: unknown;
}

/** The sums of ridge regression over all rows under one map. */
export interface Sums {
  readonly shared: SharedFeatures;
  /** All rows with these candidates' targets, and their weights. */
  readonly rows: Dataset;
  readonly sums: RidgeAccumulator;
  readonly candidates: readonly Candidate[];
}

/** What is the same for all candidates. */
export interface CrossValidationPlan {
  /** All rows, with targets and weights; the maker of the plan owns the source. */
  readonly rows: Dataset;
  /**
   * The rows of a table, coded by an encoder that is fitted to a fold's training rows; the caller
   * disposes of their source. Absent if `rows` are numbers.
   */
  readonly code?: (fold: number, options: ResolvedOptions) => Promise<Dataset>;
  readonly folds: readonly Fold[];
  readonly scorer: Scorer;
  /** All compared candidates. */
  readonly candidates: readonly Candidate[];
  /** Whether the remaining folds of candidates that cannot win are skipped. */
  readonly stopEarly?: boolean;
  /** Whether all folds' predictions are scored together. */
  readonly pooled: boolean;
  readonly fitOptions: FoldFitOptions;
  readonly mapPerFold: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Omit<SelectionProgress, 'done' | 'total'>) => void;
  /** Called for each tested fold. */
  readonly onTested?: (fold: number, tested: TestedRows) => void;
  /** Called with the sums over all rows, if there are any, when all folds are done. */
  readonly onSums?: (all: Sums) => Promise<void>;
}

/** All rows with the targets for a candidate's loss. */
export const rowsFor = ({ rows }: CrossValidationPlan, options: ResolvedOptions): Dataset =>
  recode(rows, options);

/** The weights of some rows; 'balanced' counts the classes only among these. */
export async function weightsFor(
  { rows, fitOptions, signal }: CrossValidationPlan,
  picked: Int32Array,
): Promise<Float32Array | undefined> {
  const { sampleWeight, classWeight } = fitOptions;
  if (classWeight !== 'balanced') return rows.weights && valuesOf(rows.weights, picked, 1);
  const own = sampleWeight && valuesOf(sampleWeight, picked, 1);
  return inTurns(rowWeights(picked.length, own, classWeight, subset(rows, picked)), signal);
}

/**
 * Scores the tested rows.
 *
 * @throws RangeError if the scorer does not return a number, UndefinedScoreError if no fold has a
 * score.
 */
export async function record(
  plan: CrossValidationPlan,
  candidate: Candidate,
  fold: number,
  tested: TestedRows,
): Promise<void> {
  const { scorer, folds, pooled } = plan;
  const score = await scoreFold(candidate, fold, tested, { scorer, folds: folds.length, pooled });
  plan.onTested?.(fold, tested);
  plan.onProgress({ phase: 'fit', candidate: candidate.index, fold, score });
}

/** Runs work for some candidates: an error ends only these, an abort ends all. */
export async function attempt(
  { signal }: CrossValidationPlan,
  candidates: readonly Candidate[],
  work: () => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  try {
    await work();
  } catch (error) {
    signal.throwIfAborted();
    for (const candidate of candidates) candidate.error ??= error;
  }
}

/** Does work for several candidates, and divides its time among them. */
export async function timed<T>(
  candidates: readonly Candidate[],
  work: () => T | Promise<T>,
): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    const share = (performance.now() - start) / 1000 / candidates.length;
    for (const candidate of candidates) candidate.seconds += share;
  }
}

export const isAlive = ({ error }: Candidate) => error === undefined;

export const optionsOf = ({ model }: Candidate) => (model as KernelModel).options;
