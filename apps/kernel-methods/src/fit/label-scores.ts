import type { Exam } from './exam.ts';

/** How well one of several labels is found. */
export interface LabelScore {
  readonly label: string;
  /** The share of the rows said to have it that do, and of those that have it the share found. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The rows that have it. */
  readonly rows: number;
}

/** The scores of each label, from 0 or 1 for each row and label. */
export function labelScores({
  classes = [],
  truth,
  predictions,
}: Pick<Exam, 'classes' | 'truth' | 'predictions'>): LabelScore[] {
  const width = classes.length;
  return classes.map((label, c) => {
    let [there, claimed, hits] = [0, 0, 0];
    for (let i = c; i < truth.length; i += width) {
      there += truth[i];
      claimed += predictions[i];
      hits += truth[i] * predictions[i];
    }
    const share = (part: number, all: number) => (all === 0 ? 0 : part / all);
    return {
      label: String(label),
      precision: share(hits, claimed),
      recall: share(hits, there),
      f1: share(2 * hits, there + claimed),
      rows: there,
    };
  });
}
