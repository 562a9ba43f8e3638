import { rankedBy } from './fold-scores.ts';
import { type Candidate, type CrossValidationPlan, isAlive } from './plan.ts';

/** So near are means that may be equal but for rounding. */
const ROUNDING = 1e-12;

/**
 * Whether a candidate that has been scored on some folds may still be the best. It may not where the
 * best score on all folds that are left would leave its mean below that of a candidate that has been
 * scored on all. Nothing is guessed: the best is the same as without. Scores without an upper bound,
 * and those that rank by all folds together, rule nothing out.
 *
 * A race in the sense of Maron & Moore, "Hoeffding races: accelerating model selection search for
 * classification and function approximation", NIPS 6, 1994, by bounds that hold for sure.
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
 * Candidates with the folds that they are to be scored on. In a race all come on one fold first, and
 * the best of them go on first, so that the leader is known soon.
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
