import type { Dataset } from '../data/dataset.ts';
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

/** How each fit of a selection runs; what is validated on, and who is told, the folds decide. */
export type FoldFitOptions = Omit<FitOptions, 'validationData' | 'signal' | 'onProgress'>;

/** Where a selection stands. */
export interface SelectionProgress {
  /** 'features': computing them; 'fit': a fit on a fold ended, and has its score. */
  readonly phase: 'features' | 'fit';
  /** Fits that ended, of `total`: candidates × folds. */
  readonly done: number;
  readonly total: number;
  /** 'features': rows that are done, of `rows`. */
  readonly row?: number;
  readonly rows?: number;
  /** 'fit': which one, from 0, and its score, NaN where that is not defined. */
  readonly candidate?: number;
  readonly fold?: number;
  readonly score?: number;
}

/** One setting of the options, and how it does. */
export interface Candidate extends FoldScores {
  readonly index: number;
  /** Not fitted, and the selection's own; absent where its options cannot be. */
  readonly model?: KernelModel;
  /** Of its own, with its share of what was done for several. */
  seconds: number;
  /** Why it has no score. */
  error?: unknown;
}

/** What ridge regression knows of all rows under one map. */
export interface Sums {
  readonly shared: SharedFeatures;
  /** All rows with these candidates' targets, and their weights. */
  readonly rows: Dataset;
  readonly sums: RidgeAccumulator;
  readonly candidates: readonly Candidate[];
}

/** What is done for all candidates alike. */
export interface CrossValidationPlan {
  /** All rows, with targets and weights; the source belongs to whoever made the plan. */
  readonly rows: Dataset;
  /**
   * The rows of a table as an encoder codes them that learned from a fold's training rows; the caller
   * disposes of their source. Absent where `rows` are numbers.
   */
  readonly code?: (fold: number, options: ResolvedOptions) => Promise<Dataset>;
  readonly folds: readonly Fold[];
  readonly scorer: Scorer;
  /** Whether all folds' predictions are scored together. */
  readonly pooled: boolean;
  readonly fitOptions: FoldFitOptions;
  readonly mapPerFold: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Omit<SelectionProgress, 'done' | 'total'>) => void;
  /** Told of each fold that was tested. */
  readonly onTested?: (fold: number, tested: TestedRows) => void;
  /** Told of the sums over all rows where there are any, when all folds are done. */
  readonly onSums?: (all: Sums) => Promise<void>;
}

/** All rows with the targets that a candidate's loss wants. */
export const rowsFor = ({ rows }: CrossValidationPlan, options: ResolvedOptions): Dataset =>
  recode(rows, options);

/** The weights of some rows; 'balanced' counts the classes among these alone. */
export function weightsFor(
  { rows, fitOptions }: CrossValidationPlan,
  picked: Int32Array,
): Float32Array | undefined {
  const { sampleWeight, classWeight } = fitOptions;
  if (classWeight !== 'balanced') return rows.weights && valuesOf(rows.weights, picked, 1);
  const own = sampleWeight && valuesOf(sampleWeight, picked, 1);
  const indices = picked.map((row) => (rows.indices as Int32Array)[row]);
  return rowWeights(picked.length, own, classWeight, rows.classes, indices);
}

/**
 * Scores what was tested.
 *
 * @throws RangeError where the scorer gives no number, UndefinedScoreError where no fold has a score.
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

/** What goes wrong for some candidates ends them alone; an abort ends all. */
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

/** Does something for several candidates; the time it takes is divided among them. */
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
