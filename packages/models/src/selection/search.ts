import { kindOf } from '@kernel-methods/check';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { Table, TableRows } from '../data/tables.ts';
import { adopt, type KernelModel } from '../estimators/kernel-model.ts';
import { SelectionAbortedError } from './aborted.ts';
import { copyOf } from './cross-validate.ts';
import { rankedBy, type ScoreSummary, summarized } from './fold-scores.ts';
import type { SearchParams } from './parameters.ts';
import type { Candidate } from './plan.ts';
import { withPlan } from './prepare-plan.ts';
import { RidgeRefit } from './ridge-refit.ts';
import { scoreCandidates } from './score-candidates.ts';
import type { SelectionOptions } from './selection-options.ts';

export interface SearchOptions extends SelectionOptions {
  /** Whether the best candidate is fitted to all rows. Default true. */
  refit?: boolean;
  /**
   * Whether a candidate is dropped as soon as it cannot win: if even the best score on all
   * remaining folds (1 for an accuracy) would not raise its mean to that of another. The best
   * candidate is the same, but dropped candidates have no mean; `false` scores all candidates on
   * all folds. Candidates of ridge regression, for which folds are cheap, are always scored on all.
   * Default true.
   */
  stopEarly?: boolean;
}

/** One candidate of a search, with its results. */
export interface SearchCandidate extends ScoreSummary {
  readonly params: SearchParams;
  /**
   * The rank, from 1 for the best; equal candidates share a rank. Those without a score come last.
   */
  readonly rank: number;
  /**
   * The number of folds after which it could no longer win and was dropped; its mean is then NaN.
   */
  readonly stoppedAfter?: number;
  /** Wall-clock seconds; time spent for several candidates at once is divided among them. */
  readonly seconds: number;
  /** The reason if it has no score. */
  readonly error?: unknown;
}

export interface Ranking {
  /** The candidates, the best first. */
  readonly candidates: readonly SearchCandidate[];
  /** The options of the best candidate. */
  readonly params: SearchParams;
  /**
   * Its mean score, or the score of all folds' predictions together if that determines the ranking.
   */
  readonly score: number;
}

export interface SearchResult<M extends KernelModel> extends Ranking {
  /** The estimator with the best options, fitted to all rows; the caller disposes of it. */
  readonly best: M;
}

/** Scores an estimator under several settings, ranks them, and fits the best to all rows. */
export async function search<M extends KernelModel>(
  estimator: M,
  settings: readonly SearchParams[],
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  { refit = true, stopEarly = true, ...options }: SearchOptions,
): Promise<Ranking & { best?: M }> {
  if (typeof stopEarly !== 'boolean') {
    throw new TypeError(`\`stopEarly\` must be true or false. Received: ${kindOf(stopEarly)}.`);
  }
  const candidates = settings.map((params, index) => candidateOf(estimator, params, index));
  if (candidates.every(({ error }) => error !== undefined)) throw noneFits(candidates);
  const held = new RidgeRefit();
  let folds = 0;
  const ranking = () => ranked(candidates, settings, folds);
  try {
    const found = await withPlan(candidates, x, y, options, async (plan) => {
      folds = plan.folds.length;
      const onSums = refit && !plan.mapPerFold && plan.code === undefined ? held.offer : undefined;
      try {
        await scoreCandidates({ ...plan, onSums, stopEarly }, candidates);
      } catch (error) {
        if (options.signal?.aborted) throw new SelectionAbortedError(error, ranking());
        throw error;
      }
      if (candidates.every(({ error }) => error !== undefined)) throw noneFits(candidates);
      return ranking();
    });
    if (!refit) return found;
    const best = copyOf(estimator).setParams(found.params);
    const fitted = held.take(settings.indexOf(found.params));
    if (fitted !== undefined) adopt(best, fitted);
    else await fitLast(best, x, y, options, found);
    return { ...found, best };
  } finally {
    held.dispose();
  }
}

/** Fits the best to all rows. */
async function fitLast(
  best: KernelModel,
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  { fitOptions, signal }: SelectionOptions,
  found: Ranking,
): Promise<void> {
  try {
    await (best as KernelModel).fit(x as Table, y, { ...fitOptions, ...(signal && { signal }) });
  } catch (error) {
    best.dispose();
    if (signal?.aborted) throw new SelectionAbortedError(error, found);
    throw error;
  }
}

function candidateOf(estimator: KernelModel, params: SearchParams, index: number): Candidate {
  const model = copyOf(estimator);
  try {
    return { index, model: model.setParams(params), scores: [], seconds: 0 };
  } catch (error) {
    return { index, scores: [], seconds: 0, error };
  }
}

function ranked(
  candidates: readonly Candidate[],
  settings: readonly SearchParams[],
  folds: number,
): Ranking {
  const rows = candidates.map((candidate, index) => {
    const { scores, seconds, error, stoppedAfter } = candidate;
    const isWhole = error === undefined && scores.length === folds;
    const score = isWhole ? rankedBy(candidate) : Number.NaN;
    const summary = summarized(candidate);
    const row = {
      params: settings[index],
      ...summary,
      mean: isWhole ? summary.mean : Number.NaN,
      seconds,
      ...(stoppedAfter !== undefined && { stoppedAfter }),
      ...(error !== undefined && { error }),
    };
    return { row, score, cost: Number.isNaN(score) ? Number.POSITIVE_INFINITY : -score };
  });
  // Sorting is stable: equal candidates keep their order.
  rows.sort((a, b) => (a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : 0));
  const all = rows.map(({ row, cost }) => ({
    ...row,
    rank: 1 + rows.filter((other) => other.cost < cost).length,
  }));
  return { candidates: all, params: all[0].params, score: rows[0].score };
}

function noneFits(candidates: readonly Candidate[]): Error {
  const { error } = candidates[0];
  const message = error instanceof Error ? error.message : String(error);
  return new Error(
    `None of ${candidates.length} candidates could be fitted. The first: ${message}`,
    {
      cause: error,
    },
  );
}
