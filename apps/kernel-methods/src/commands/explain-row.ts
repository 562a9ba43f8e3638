import type { Label } from '@kernel-methods/models';
import { createRandom } from '@kernel-methods/random';
import { type AnyRow, type Cell, Table } from '@kernel-methods/tables';
import { answerOf } from '../model/answer.ts';
import type { SavedModel } from '../model/model-folder.ts';

/** What decides about one row. */
export interface ExplainedRow {
  readonly prediction: Label;
  /** Of the predicted class. */
  readonly probability?: number;
  /** The columns that change the prediction most come first. */
  readonly effects: readonly {
    readonly column: string;
    readonly value: Cell;
    readonly effect: number;
  }[];
}

/** Rows whose values take the place of the explained one's. */
const OTHERS = 64;

/**
 * The effect of each column on the prediction for a row: how much higher the predicted number, or the
 * probability of the predicted class, is with the row's own value than with the values of other rows
 * of the file, one column at a time.
 */
export async function explainRow(
  { model, record }: SavedModel,
  table: Table,
  index: number,
): Promise<ExplainedRow> {
  const row = table.row(index);
  const names = record.columns.map(({ name }) => name);
  const order = createRandom(record.seed).permutation(table.rows);
  const others = Array.from(order.filter((at) => at !== index).slice(0, OTHERS), (at) =>
    table.row(at),
  );
  const changed = names.flatMap((name) => others.map((other) => ({ ...row, [name]: other[name] })));
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
  const rows = Table.fromRows<AnyRow>([row, ...changed], { columns: types });
  const said = await answerOf(model, rows as Table);
  const [prediction] = said.predictions;
  const { classes } = said;
  const at = classes?.indexOf(prediction as Label) ?? 0;
  const saidOf = (i: number) =>
    classes ? said.probabilities![i * classes.length + at] : (said.predictions[i] as number);
  const own = saidOf(0);
  const effects = names.map((column, c) => {
    const values = others.map((_, o) => saidOf(1 + c * others.length + o));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { column, value: row[column], effect: others.length === 0 ? 0 : own - mean };
  });
  effects.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  return { prediction: prediction as Label, ...(classes && { probability: own }), effects };
}
