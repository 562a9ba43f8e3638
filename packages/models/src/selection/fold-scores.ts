import type { Scorer, TestedRows } from '../tasks/scorer.ts';
import { UndefinedScoreError } from '../tasks/undefined-score.ts';

/** A fold on which a score is not defined. */
export interface UndefinedFold {
  /** From 0. */
  readonly fold: number;
  readonly reason: string;
}

/** What the folds made of one setting. */
export interface FoldScores {
  /** One per fold, in their order, as far as they are done; NaN where the score is not defined. */
  readonly scores: number[];
  undefinedFolds?: UndefinedFold[];
  /** What was tested so far, while it may be scored together. */
  tested?: TestedRows[];
  /** The score of all folds' predictions together. */
  pooled?: number;
}

/** What a result says of the folds' scores. */
export interface ScoreSummary {
  /** One per fold; NaN where the score is not defined. */
  readonly scores: readonly number[];
  /** Of the folds whose score is defined; NaN where none is, or a fold is missing. */
  readonly mean: number;
  /** The standard deviation of these scores, of these folds alone: Σ(s − mean)²/folds under the root. */
  readonly deviation: number;
  /** On which folds the score is not defined, and why; absent where it is on all. */
  readonly undefinedFolds?: readonly UndefinedFold[];
  /**
   * The score of all folds' predictions together, which ranks instead of the mean: where `pooled`
   * asks for it, or the score is defined on no fold.
   */
  readonly pooled?: number;
}

interface Scoring {
  readonly scorer: Scorer;
  /** How many folds there are. */
  readonly folds: number;
  readonly pooled: boolean;
}

/**
 * Scores what was tested on a fold, and all folds' predictions together behind the last one: where
 * that is asked for, or no fold has a score of its own.
 *
 * @throws RangeError where the scorer gives no number; UndefinedScoreError where nothing has a score.
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

/** What candidates are ranked by: the mean of their folds' scores, or the score of all folds together. */
export const rankedBy = ({ scores, pooled }: Pick<FoldScores, 'scores' | 'pooled'>): number =>
  pooled ?? meanOf(scores.filter((score) => !Number.isNaN(score)));

export function summarized({
  scores,
  undefinedFolds,
  pooled,
}: Pick<FoldScores, 'scores' | 'undefinedFolds' | 'pooled'>): ScoreSummary {
  const defined = scores.filter((score) => !Number.isNaN(score));
  const mean = meanOf(defined);
  const squares = defined.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return {
    scores: [...scores],
    mean,
    deviation: Math.sqrt(squares / defined.length),
    ...(undefinedFolds && { undefinedFolds: [...undefinedFolds] }),
    ...(pooled !== undefined && { pooled }),
  };
}

const meanOf = (scores: readonly number[]): number =>
  scores.reduce((sum, score) => sum + score, 0) / scores.length;

async function scoreOf(scorer: Scorer, rows: TestedRows): Promise<number> {
  const score = await scorer(rows);
  if (typeof score === 'number' && !Number.isNaN(score)) return score;
  throw new RangeError(`\`scoring\` must give a number. Received: ${String(score)}.`);
}

/** The rows of all folds, one fold behind the other. */
function together(tested: readonly TestedRows[]): TestedRows {
  const [{ classes, units }] = tested;
  const isCoded = classes !== undefined;
  const joined = (part: 'truth' | 'predictions') => {
    const values = tested.flatMap((rows) => Array.from(rows[part]));
    return isCoded ? Int32Array.from(values) : Float32Array.from(values);
  };
  return {
    ...{ classes, units },
    truth: joined('truth'),
    predictions: joined('predictions'),
    decisions: Float32Array.from(tested.flatMap(({ decisions }) => Array.from(decisions))),
    async probabilities() {
      const all = await Promise.all(tested.map((rows) => rows.probabilities()));
      return Float32Array.from(all.flatMap((values) => Array.from(values)));
    },
  };
}

/** Probabilities are computed by what a fold has in memory, which is gone when all are scored together. */
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
