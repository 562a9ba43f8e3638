import type { KernelModel, Label } from '@kernel-methods/models';
import type { Column, Table } from '@kernel-methods/tables';

/** What is said of rows. */
export interface Answer {
  readonly predictions: readonly Label[];
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
  // The largest is always the predicted class.
  const predictions = Array.from({ length: rows.rows }, (_, row) => {
    let top = 0;
    for (let c = 1; c < width; c++) if (data[row * width + c] > data[row * width + top]) top = c;
    return classes[top];
  });
  return { predictions, probabilities: data, classes };
}

/** The labels of a column, as a model takes them. */
export function labelsIn(column: Column): Label[] {
  if (column.type === 'category') return Array.from(column.codes, (code) => column.levels[code]);
  if (column.type === 'boolean') return Array.from(column.values, (value) => value === 1);
  if (column.type === 'date')
    return Array.from(column.values, (value) => new Date(value).toISOString());
  return Array.from(column.values as ArrayLike<Label>);
}
