import type { KernelModel, Label } from '@kernel-methods/models';
import type { Column, Table } from '@kernel-methods/tables';

/** What is said of rows. */
export interface Answer {
  /** A class, a number, or the labels of a row that may have several. */
  readonly predictions: readonly (Label | readonly string[])[];
  /** Rows × the classes of the model. */
  readonly probabilities?: ArrayLike<number>;
  readonly classes?: readonly Label[];
}

/** What a fitted model says of rows. */
export async function answerOf(model: KernelModel, rows: Table): Promise<Answer> {
  const { classes } = model;
  if (classes === undefined) return { predictions: (await model.predict(rows)) as number[] };
  const { data } = await model.predictProba(rows);
  const width = classes.length;
  if (hasSeveral(model)) {
    const labels = classes as readonly string[];
    const predictions = Array.from({ length: rows.rows }, (_, row) =>
      labels.filter((_, c) => data[row * width + c] > 0.5),
    );
    return { predictions, probabilities: data, classes };
  }
  // The largest is always the predicted class.
  const predictions = Array.from({ length: rows.rows }, (_, row) => {
    let top = 0;
    for (let c = 1; c < width; c++) if (data[row * width + c] > data[row * width + top]) top = c;
    return classes[top];
  });
  return { predictions, probabilities: data, classes };
}

/** Whether a row may have several of its classes. */
const hasSeveral = ({ options: { task } }: KernelModel): boolean =>
  typeof task === 'object' && task.hasSeveral === true;

/** The labels of a column, as a model takes them. */
export function labelsIn(column: Column): Label[] {
  if (column.type === 'category') return Array.from(column.codes, (code) => column.levels[code]);
  if (column.type === 'boolean') return Array.from(column.values, (value) => value === 1);
  if (column.type === 'date')
    return Array.from(column.values, (value) => new Date(value).toISOString());
  return Array.from(column.values as ArrayLike<Label>);
}
