import { kindOf } from '@kernel-methods/check';
import type { classificationScorers } from './classification-scorers.ts';
import type { multilabelScorers } from './multilabel-scorers.ts';
import type { regressionScorers } from './regression-scorers.ts';
import type { Scorer } from './scorer.ts';
import type { Task } from './task.ts';
import { type TaskName, taskFor } from './task-by-name.ts';

/**
 * The names of scikit-learn's scores; the greater the better. For classes 'accuracy',
 * 'balancedAccuracy' (mean recall of the classes), 'f1Macro' (mean F1), 'logLoss' (mean log of the
 * true class's probability: its neg_log_loss) and 'rocAuc' (several classes: one against the rest,
 * averaged); for several labels per row 'accuracy' (all labels of a row), 'f1Micro', 'f1Macro',
 * 'negHammingLoss', 'rankingAveragePrecision' and 'negRankingLoss'; for numbers 'r2', 'negMeanSquaredError' and 'negMeanAbsoluteError'; for
 * quantiles 'd2' and 'negPinballLoss'.
 */
export type ScorerName =
  | keyof typeof classificationScorers
  | keyof typeof multilabelScorers
  | keyof typeof regressionScorers
  | 'd2'
  | 'negPinballLoss';

/**
 * The scorer of a selection. The default is that of the task: accuracy for classes and R² for
 * numbers.
 *
 * @throws RangeError if the name is unknown, or does not belong to this task.
 */
export function scorerFor(scoring: ScorerName | Scorer | undefined, task: TaskName | Task): Scorer {
  if (typeof scoring === 'function') return scoring;
  const { scorers, defaultScorer, name: taskName } = taskFor(task);
  const name: unknown = scoring ?? defaultScorer;
  if (typeof name === 'string' && Object.hasOwn(scorers, name)) return scorers[name];
  const received = typeof name === 'string' ? name : kindOf(name);
  throw new RangeError(
    `\`scoring\` must be a function or one of ${Object.keys(scorers).join(', ')} for a ${taskName}. Received: ${received}.`,
  );
}
