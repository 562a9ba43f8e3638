import '@kernel-methods/backend-simd';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CsvValue, count, plainCsv } from '@kernel-methods/report';
import { onInterrupt, openText } from '@kernel-methods/runner';
import type { Cell, Table } from '@kernel-methods/tables';
import { namedSides } from '../data/read-data.ts';
import { requireColumn } from '../data/require-column.ts';
import { requireColumns, requireUsable, specsFor } from '../data/rows-for-model.ts';
import { batchesOfSides } from '../data/side-by-side.ts';
import { openModel } from '../model/model-folder.ts';
import type { ModelRecord } from '../model/model-record.ts';
import { answersOf, cellsOf, columnsOf } from '../model/row-answer.ts';
import { predictor, type Said } from '../model/saved-predictor.ts';
import type { Asked } from '../options/asked.ts';
import type { PredictSettings } from '../options/options.ts';
import { GONE, isReaderGone } from '../reader-gone.ts';
import { outputFor, tryFile } from '../terminal.ts';

/** Rows that are predicted at a time. */
const BATCH_ROWS = 4096;

/** `kernel-methods predict`: a file of any size, some rows at a time. */
export async function predictCommand({
  places,
  settings,
}: Asked<PredictSettings>): Promise<number> {
  const [path, file] = places;
  const { out, beside = [] } = settings;
  const keep = [...new Set(settings.keep)];
  if (out !== undefined) {
    const ofModel = isFolder(path) ? readdirSync(path).map((name) => join(path, name)) : [];
    tryFile('--out', out, [
      ...[file, ...beside].map((path) => ({ name: 'the file that is read', path })),
      ...ofModel.map((own) => ({ name: 'a file of the model', path: own })),
    ]);
  }
  const saved = await openModel(path);
  const output = outputFor(settings);
  const interrupt = onInterrupt(() => output.note('Stopping: nothing is written.'));
  const { signal } = interrupt;
  const text = openText(out);
  try {
    const { record } = saved;
    const predict = predictor(saved, settings.interval);
    const sides = await namedSides(file, settings, specsFor(record, false));
    let rows = 0;
    for await (const batch of batchesOfSides(sides, { batchRows: BATCH_ROWS, signal })) {
      if (rows === 0) {
        requireColumns(batch, record);
        for (const name of keep) requireColumn('--keep', name, batch.names);
        const columns = columnsOf(record, settings.interval);
        text.write(plainCsv([[...keep, ...columns.map((name) => besides(keep, name))]]));
      }
      requireUsable(batch, record, false, rows);
      const said = await predict(batch);
      signal.throwIfAborted();
      text.write(plainCsv(linesOf(batch, said, record, keep)));
      rows += batch.rows;
      output.bar(() => `${count(rows)} rows`);
    }
    text.close();
    output.clear();
    if (out !== undefined) output.note(`${count(rows)} rows. Written: ${out}`);
    return 0;
  } catch (error) {
    text.discard();
    output.clear();
    if (signal.aborted) return 130;
    if (out === undefined && isReaderGone(error)) return GONE;
    throw error;
  } finally {
    interrupt.dispose();
    saved.model.dispose();
  }
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A column that is kept has its own name; a prediction that would have it too is "predicted …". */
const besides = (keep: readonly string[], name: string): string =>
  keep.includes(name) ? besides(keep, `predicted ${name}`) : name;

function linesOf(
  batch: Table,
  said: Said,
  record: ModelRecord,
  keep: readonly string[],
): CsvValue[][] {
  const kept = keep.length > 0 ? [...batch.select(...keep)] : [];
  return answersOf(said).map((answer, row) => [
    ...keep.map((name) => cellText(kept[row][name])),
    ...cellsOf(answer, record),
  ]);
}

const cellText = (cell: Cell): CsvValue => (cell instanceof Date ? cell.toISOString() : cell);
