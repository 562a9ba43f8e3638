import {
  type KernelModel,
  type PartialDependence,
  partialDependence,
} from '@kernel-methods/models';
import type { Table } from '@kernel-methods/tables';

/** How predictions change with a column. */
export type Effect = PartialDependence;

const MOST_COLUMNS = 6;
const MOST_ROWS = 200;

/** Effects of the columns that matter most, on rows that the model was not trained on. */
export async function effectsOf(
  model: KernelModel,
  rows: Table,
  columns: readonly string[],
  signal: AbortSignal,
): Promise<Effect[]> {
  const some = rows.head(MOST_ROWS);
  const effects: Effect[] = [];
  for (const column of columns.slice(0, MOST_COLUMNS)) {
    if (signal.aborted) break;
    if (some.column(column).type === 'text') continue;
    effects.push(await partialDependence(model, some, column, { points: 20, signal }));
  }
  return effects;
}
