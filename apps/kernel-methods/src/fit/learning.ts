import type { Fold } from '@kernel-methods/models';
import { type Question, sampleOf } from '@kernel-methods/search';
import type { Column } from '@kernel-methods/tables';
import { labelsIn } from '../model/answer.ts';
import { type Examined, examine } from './exam.ts';

/** A score of the chosen machine, trained on some of the rows. */
export interface LearningPoint {
  readonly rows: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Of the rows; the exam has all of them. */
const SHARES = [1 / 8, 1 / 4, 1 / 2];
/** Fewer rows say nothing of what more would do. */
export const LEAST_ROWS = 20;

/**
 * Scores of a machine that is trained on ever more of the rows, each time with the same folds to be asked.
 * An abort, or the end of the time, keeps those that are whole by then.
 */
export async function learningPoints(
  question: Question,
  folds: readonly Fold[],
  metric: string,
  answer: Examined,
  { signal, left }: { signal: AbortSignal; left: () => number },
): Promise<LearningPoint[]> {
  const points: LearningPoint[] = [];
  for (const share of SHARES) {
    const count = Math.round(share * question.table.rows);
    if (count < LEAST_ROWS) continue;
    if (signal.aborted || left() <= 0) break;
    const some = new Set(sampleOf(question, count));
    const parts = folds.map(({ train, test }) => ({
      train: train.filter((row) => some.has(row)),
      test,
    }));
    if (!parts.every(({ train }) => canTrain(question, train))) continue;
    let scored = 0;
    const onFold = () => {
      scored += 1;
    };
    // What so few rows cannot train, such as a column that is blank in all of them, has no point.
    const exam = await examine(question, parts, metric, answer, { signal, left, onFold }).catch(
      () => undefined,
    );
    if (exam === undefined) continue;
    if (scored < folds.length) break;
    points.push({ rows: some.size, mean: exam.mean, deviation: exam.deviation });
  }
  return points;
}

/** A classifier needs rows of two classes. */
function canTrain({ table, target, task }: Question, rows: Int32Array): boolean {
  if (task !== 'classification') return rows.length > 1;
  const labels = labelsIn(table.column(target) as Column);
  return rows.some((row) => labels[row] !== labels[rows[0]]);
}
