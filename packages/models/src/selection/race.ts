import { rankedBy } from './fold-scores.ts';
import { type Candidate, type CrossValidationPlan, isAlive } from './plan.ts';

/** Means that differ by less than this may be equal up to rounding. */
const ROUNDING = 1e-12;

/**
 * Whether a candidate that has been scored on some folds may still be the best. It cannot if even
 * the best score on all remaining folds leaves its mean below that of a candidate that has been
 * scored on all. This is exact: the best candidate is the same as without it. Scores without an
 * upper bound, and ranking by all folds together, exclude no candidate.
 *
 * A race in the sense of Maron & Moore, "Hoeffding races: accelerating model selection search for
 * classification and function approximation", NIPS 6, 1994, with bounds that hold with certainty.
 */
export function canWin(plan: CrossValidationPlan, candidate: Candidate): boolean {
  const { candidates, folds } = plan;
  const best = plan.scorer.best as number;
  const defined = candidate.scores.filter((score) => !Number.isNaN(score));
  if (!isRace(plan) || defined.length === 0) return true;
  const left = folds.length - candidate.scores.length;
  const sum = defined.reduce((total, score) => total + score, 0);
  const most = (sum + left * best) / (defined.length + left);
  return !candidates.some(
    (other) => isWhole(other, folds.length) && rankedBy(other) > most + ROUNDING,
  );
}

const isWhole = (candidate: Candidate, folds: number) =>
  isAlive(candidate) && candidate.scores.length === folds;

/**
 * Candidates with the folds to score them on. In a race all are first scored on one fold, and the
 * best of them continue first, so that the leader is known soon.
 */
export function* inOrder(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  folds: readonly number[],
): Generator<{ candidate: Candidate; fold: number }> {
  const isOpen = (candidate: Candidate) => {
    if (!isAlive(candidate) || candidate.stoppedAfter !== undefined) return false;
    if (canWin(plan, candidate)) return true;
    candidate.stoppedAfter = candidate.scores.length;
    plan.onProgress({ phase: 'stop', candidate: candidate.index, fold: candidate.stoppedAfter });
    return false;
  };
  if (!isRace(plan)) {
    for (const candidate of candidates) {
      for (const fold of folds) if (isOpen(candidate)) yield { candidate, fold };
    }
    return;
  }
  const [first, ...others] = folds;
  for (const candidate of candidates) if (isOpen(candidate)) yield { candidate, fold: first };
  const last = ({ scores: [score = Number.NaN] }: Candidate) =>
    Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
  for (const candidate of [...candidates].sort((a, b) => (last(a) < last(b) ? 1 : -1))) {
    for (const fold of others) if (isOpen(candidate)) yield { candidate, fold };
  }
}

const isRace = ({ stopEarly, pooled, scorer: { best } }: CrossValidationPlan) =>
  stopEarly === true && !pooled && best !== undefined;
