import type { LossName } from '@kernel-methods/losses';
import { multilabel, type Scorer, type ScorerName, type Task } from '@kernel-methods/models';
import type { Column, Table } from '@kernel-methods/tables';

/** A table, what is to be predicted, and how predictions are judged. */
export interface Question {
  /** The columns to predict from, and the target, which has no blanks. */
  readonly table: Table;
  readonly target: string;
  readonly task: 'classification' | 'regression' | 'multilabel';
  /** With several labels per row: all of them, and what stands between those in a text of the target. */
  readonly labels?: { readonly names: readonly string[]; readonly separator: string };
  readonly scoring: ScorerName | Scorer;
  /** One label for each row: rows of a group are never divided between training and testing. */
  readonly groups?: ArrayLike<unknown>;
  /** One weight for each row. */
  readonly weights?: Float64Array;
  readonly seed: number;
}

/** Some rows of a question. */
export function rowsOf(question: Question, rows: Int32Array): Question {
  const { table, groups, weights } = question;
  return {
    ...question,
    table: table.take(rows),
    ...(groups && { groups: Array.from(rows, (row) => groups[row]) }),
    ...(weights && { weights: Float64Array.from(rows, (row) => weights[row]) }),
  };
}

/** The task of a model that answers it: it may learn of more labels later. */
export const modelTask = ({ task, labels }: Asked): Question['task'] | Task =>
  labels ? multilabel({ separator: labels.separator }) : task;

/** The task of a model of a part of the rows: it has all labels, though none of the rows may have one. */
export const partTask = ({ task, labels }: Asked): Question['task'] | Task =>
  labels ? multilabel({ labels: labels.names, separator: labels.separator }) : task;

type Asked = Pick<Question, 'task' | 'labels'>;

/** The classes' numbers, or the numbers themselves. */
export function labelsOf(column: Column): ArrayLike<number> {
  return column.type === 'category' ? column.codes : (column.values as ArrayLike<number>);
}

/** How many classes, or labels, there are among the rows; 1 for numbers. */
export function classesOf({ table, target, task, labels }: Question): number {
  if (labels) return labels.names.length;
  if (task === 'regression') return 1;
  const column: Column = table.column(target);
  return new Set<unknown>(column.type === 'text' ? column.values : Array.from(labelsOf(column)))
    .size;
}

/** The standard deviation of numbers to predict; 1 for classes, and where all are equal. */
export function spreadOf({ table, target, task }: Question): number {
  if (task !== 'regression') return 1;
  const values = labelsOf(table.column(target));
  let [mean, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const step = values[i] - mean;
    mean += step / (i + 1);
    squares += step * (values[i] - mean);
  }
  return Math.sqrt(squares / values.length) || 1;
}

/**
 * How many outputs the loss of a machine is a mean over: softmax is none, two classes share one; each
 * of several labels has its own.
 */
export function outputsOf(question: Question): (loss: LossName) => number {
  const classes = classesOf(question);
  if (question.labels) return () => classes;
  return (loss) => (classes <= 2 || loss === 'softmaxCrossEntropy' ? 1 : classes);
}
