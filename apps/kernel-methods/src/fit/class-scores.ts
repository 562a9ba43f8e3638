import type { ClassScore } from '../model/model-record.ts';
import type { Exam } from './exam.ts';

type Coded = Pick<Exam, 'classes' | 'truth' | 'predictions' | 'hasSeveral'>;

/** The scores of each class, from a code for each row; or of each label, from 0 or 1 for each row and label. */
export const classScores = (said: Coded): ClassScore[] =>
  said.hasSeveral ? labelScores(said) : singleScores(said);

function labelScores({ classes = [], truth, predictions }: Coded): ClassScore[] {
  const width = classes.length;
  return classes.map((label, c) => {
    let [rows, claimed, hits] = [0, 0, 0];
    for (let i = c; i < truth.length; i += width) {
      rows += truth[i];
      claimed += predictions[i];
      hits += truth[i] * predictions[i];
    }
    return { label: String(label), ...shares(hits, claimed, rows) };
  });
}

function singleScores({ classes = [], truth, predictions }: Coded): ClassScore[] {
  const takenFor = classes.map(() => new Map<number, number>());
  const claimed = classes.map(() => 0);
  truth.forEach((own, row) => {
    const said = predictions[row];
    takenFor[own].set(said, (takenFor[own].get(said) ?? 0) + 1);
    claimed[said] += 1;
  });
  return classes.map((label, c) => {
    const own = [...takenFor[c]];
    const rows = own.reduce((sum, [, n]) => sum + n, 0);
    const [most] = own.filter(([said]) => said !== c).sort(([a, n], [b, m]) => m - n || a - b);
    return {
      label: String(label),
      ...shares(takenFor[c].get(c) ?? 0, claimed[c], rows),
      ...(most && { takenFor: { label: String(classes[most[0]]), rows: most[1] } }),
    };
  });
}

/** Those of a class that was never predicted, or has no rows, are 0. */
function shares(hits: number, claimed: number, rows: number) {
  const share = (part: number, all: number) => (all === 0 ? 0 : part / all);
  return {
    ...{ precision: share(hits, claimed), recall: share(hits, rows) },
    ...{ f1: share(2 * hits, rows + claimed), rows },
  };
}

/** Those that are found worst come first; of the same F1, those of more rows. */
export const worstFirst = (scores: readonly ClassScore[]): ClassScore[] =>
  scores.toSorted((a, b) => a.f1 - b.f1 || b.rows - a.rows);

/** Rows by class and prediction. */
export function confusionOf(
  truth: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < truth.length; row++) confusion[truth[row]][predictions[row]]++;
  return confusion;
}
