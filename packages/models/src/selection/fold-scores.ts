import { meanAndDeviation, meanOf } from '../data/mean-and-deviation.ts';
import type { Scorer, TestedRows } from '../tasks/scorer.ts';
import { UndefinedScoreError } from '../tasks/undefined-score.ts';

/** A fold on which a score is not defined. */
export interface UndefinedFold {
  /** The index of the fold, from 0. */
  readonly fold: number;
  readonly reason: string;
}

/** The results of the folds for one setting. */
export interface FoldScores {
  /** One score per finished fold, in order; NaN if the score is not defined. */
  readonly scores: number[];
  undefinedFolds?: UndefinedFold[];
  /** The rows tested so far, while they may still be scored together. */
  tested?: TestedRows[];
  /** The score of all folds' predictions together. */
  pooled?: number;
}

/** The summary of the folds' scores in a result. */
export interface ScoreSummary {
  /** One score per fold; NaN if the score is not defined. */
  readonly scores: readonly number[];
  /**
   * The mean over the folds whose score is defined; NaN if there are none, or if a fold is missing.
   */
  readonly mean: number;
  /** The standard deviation of these scores, √(Σ(s − mean)² / folds). */
  readonly deviation: number;
  /** The folds on which the score is not defined, and why; absent if there are none. */
  readonly undefinedFolds?: readonly UndefinedFold[];
  /**
   * The score of all folds' predictions together, which replaces the mean in the ranking: present
   * with `pooled`, or if the score is defined on no fold.
   */
  readonly pooled?: number;
}

interface Scoring {
  readonly scorer: Scorer;
  /** The number of folds. */
  readonly folds: number;
  readonly pooled: boolean;
}

/**
 * Scores the predictions on a fold. After the last fold it also scores all folds' predictions
 * together, if that is requested or no fold has a score.
 *
 * @throws RangeError if the scorer does not return a number; UndefinedScoreError if nothing has a
 * score.
 */
export async function scoreFold(
  candidate: FoldScores,
  fold: number,
  rows: TestedRows,
  { scorer, folds, pooled }: Scoring,
): Promise<number> {
  const { probabilities, end } = held(rows.probabilities);
  const tested = { ...rows, probabilities };
  const score = await scoreOf(scorer, tested).catch((error: unknown) => {
    if (!(error instanceof UndefinedScoreError)) throw error;
    candidate.undefinedFolds ??= [];
    candidate.undefinedFolds.push({ fold, reason: error.message });
    return Number.NaN;
  });
  end();
  candidate.scores.push(score);
  const { scores, undefinedFolds = [] } = candidate;
  const isNoneDefined = undefinedFolds.length === scores.length;
  if (pooled || isNoneDefined) {
    candidate.tested ??= [];
    candidate.tested.push(tested);
  } else {
    candidate.tested = undefined;
  }
  if (candidate.tested !== undefined && scores.length === folds) {
    candidate.pooled = await scoreOf(scorer, together(candidate.tested));
    candidate.tested = undefined;
  }
  return score;
}

/**
 * The value by which candidates are ranked: the mean of their folds' scores, or the score of all
 * folds together.
 */
export const rankedBy = ({ scores, pooled }: Pick<FoldScores, 'scores' | 'pooled'>): number =>
  pooled ?? meanOf(scores.filter((score) => !Number.isNaN(score)));

export function summarized({
  scores,
  undefinedFolds,
  pooled,
}: Pick<FoldScores, 'scores' | 'undefinedFolds' | 'pooled'>): ScoreSummary {
  const defined = scores.filter((score) => !Number.isNaN(score));
  return {
    scores: [...scores],
    ...meanAndDeviation(defined),
    ...(undefinedFolds && { undefinedFolds: [...undefinedFolds] }),
    ...(pooled !== undefined && { pooled }),
  };
}

async function scoreOf(scorer: Scorer, rows: TestedRows): Promise<number> {
  const score = await scorer(rows);
  if (typeof score === 'number' && !Number.isNaN(score)) return score;
  throw new RangeError(`\`scoring\` must give a number. Received: ${String(score)}.`);
}

/** The rows of all folds, one fold after the other. */
function together(tested: readonly TestedRows[]): TestedRows {
  const [{ classes, units, loss }] = tested;
  const isCoded = classes !== undefined;
  const joined = (part: 'truth' | 'predictions') => {
    const values = tested.flatMap((rows) => Array.from(rows[part]));
    return isCoded ? Int32Array.from(values) : Float32Array.from(values);
  };
  return {
    ...{ classes, units, loss },
    truth: joined('truth'),
    predictions: joined('predictions'),
    decisions: Float32Array.from(tested.flatMap(({ decisions }) => Array.from(decisions))),
    async probabilities() {
      const all = await Promise.all(tested.map((rows) => rows.probabilities()));
      return Float32Array.from(all.flatMap((values) => Array.from(values)));
    },
  };
}

/**
 * Keeps the probabilities of a fold: they are computed from data that is no longer in memory when
 * all folds are scored together.
 */
function held(probabilities: TestedRows['probabilities']) {
  let asked: Promise<Float32Array> | undefined;
  let isOver = false;
  return {
    async probabilities() {
      if (asked === undefined && isOver) {
        throw new RangeError(
          '`scoring` must ask for `probabilities` on each fold if it does on all together. Received: no call on a fold.',
        );
      }
      asked ??= probabilities();
      return asked;
    },
    end() {
      isOver = true;
    },
  };
}
