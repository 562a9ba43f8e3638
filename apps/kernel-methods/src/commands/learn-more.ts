import type { KernelModel } from '@kernel-methods/models';
import type { Column, Table } from '@kernel-methods/tables';
import { weightsOf } from '../data/prepare.ts';
import { readForModel, requireKnown } from '../data/rows-for-model.ts';
import { openModel } from '../model/model-folder.ts';
import type { ModelRecord } from '../model/model-record.ts';
import type { Reading } from '../options/reading-options.ts';
import { evaluateRows } from './evaluate-command.ts';

/** A model that has learned from more rows, and how it did on them before. The caller disposes of it. */
export interface Learned {
  readonly model: KernelModel;
  readonly record: ModelRecord;
  /** The metric of the model on the new rows, which it did not know yet. */
  readonly before: number;
}

/**
 * Learns from more rows by the sums that were saved with a model: the earlier rows are not read. Kernel,
 * landmarks and the coding of columns stay as they are, and so do the scores.
 *
 * @throws UsageError unless the file has the columns of the model and its target.
 */
export async function learnMore(
  path: string,
  file: string,
  reading: Reading,
  signal: AbortSignal,
): Promise<Learned> {
  const saved = await openModel(path);
  const { model, record } = saved;
  try {
    const { target, metric } = record;
    const { weights } = record.reading;
    const all = await readForModel(file, reading, record, 'to learn from');
    const rows = all.take(requireKnown(all, target)) as Table;
    const { scores } = await evaluateRows(saved, rows);
    const names = [...record.columns.map(({ name }) => name), target];
    await model.partialFit(rows.select(...names) as Table, target as never, {
      signal,
      ...(weights && { sampleWeight: weightsOf(rows.column(weights) as Column) }),
    });
    const later = `// Then it has learned from ${rows.rows} rows of ${file}: kernel-methods update.\n`;
    return {
      model,
      record: {
        ...record,
        createdAt: new Date().toISOString(),
        rows: record.rows + rows.rows,
        scoredRows: record.scoredRows ?? record.rows,
        ...(model.classes && { classes: [...model.classes] }),
        program: `${record.program}${later}`,
      },
      before: scores[metric],
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
