import '@kernel-methods/backend-simd';
import { type KernelModel, permutationImportance } from '@kernel-methods/models';
import { columnsText, count, percent } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { Cell, Column, Table } from '@kernel-methods/tables';
import { knownRows } from '../data/blanks.ts';
import { readForModel } from '../data/rows-for-model.ts';
import { importanceRows, outputDimOf } from '../fit/plan-finish.ts';
import { importanceLines } from '../fit/result-lines.ts';
import { figure, figures } from '../fit/words.ts';
import { openModel, readRecord, type SavedModel } from '../model/model-folder.ts';
import type { Asked } from '../options/asked.ts';
import type { ExplainSettings } from '../options/options.ts';
import { outputFor, widthOf } from '../terminal.ts';
import { explainRow } from './explain-row.ts';

/** `kernel-methods explain`: what a model goes by, in all or for a row. */
export async function explainCommand({
  places,
  settings,
}: Asked<ExplainSettings>): Promise<number> {
  const [path, file, row] = places;
  const output = outputFor(settings);
  const tell = (value: object, lines: () => string[]) => {
    if (settings.json) output.line(JSON.stringify(value));
    else for (const line of lines()) output.line(line);
  };
  if (file === undefined) {
    const record = readRecord(path);
    if (record.importances.length === 0) {
      throw new UsageError(
        `the model must have been scored; name a file to explain it by. Received: ${path}, whose fit was stopped.`,
      );
    }
    tell(record.importances, () => importanceLines(record, output, widthOf()));
    return 0;
  }
  const saved = await openModel(path);
  try {
    const needsTarget = row === undefined;
    if (!needsTarget && saved.record.task === 'multilabel') {
      throw new UsageError(
        `the model must give each row one class or number to explain a row; without ROW it says what it goes by. Received: ${path}, with several labels per row.`,
      );
    }
    const why = needsTarget ? 'to score by; with a ROW it explains that row without it' : undefined;
    const table = await readForModel(file, settings, saved.record, why);
    if (needsTarget) {
      const importances = await importancesOn(saved, table);
      tell(importances, () =>
        importanceLines({ importances, task: saved.record.task }, output, widthOf()),
      );
      return 0;
    }
    const index = rowNumber(row, table) - 1;
    const explained = await explainRow(saved, table, index);
    tell(explained, () => {
      const { prediction, probability, effects } = explained;
      const sure = probability === undefined ? '' : `, ${percent(probability)} sure`;
      const said =
        typeof prediction === 'number' && probability === undefined
          ? figure(prediction)
          : String(prediction);
      const by = probability === undefined ? saved.record.target : `p(${String(prediction)})`;
      const changes = figures(effects.map(({ effect }) => effect));
      const cells = effects.map(({ column, value }, i) => [
        column,
        cellText(value),
        signed(changes[i]),
      ]);
      const [head, ...lines] = columnsText(
        ['column', 'value', `changes ${by} by`],
        cells,
        widthOf(),
      );
      return [
        output.bold(`Row ${count(index + 1)}: ${said}${sure}`),
        '',
        output.dim(head),
        ...lines,
      ];
    });
    return 0;
  } finally {
    saved.model.dispose();
  }
}

function rowNumber(text: string, { rows }: Table): number {
  const row = Number(text);
  if (Number.isInteger(row) && row >= 1 && row <= rows) return row;
  throw new UsageError(`the row must be a number from 1 to ${rows}. Received: ${text}.`);
}

async function importancesOn({ model, record }: SavedModel, all: Table) {
  const { target, settings, seed, columns } = record;
  const known = knownRows(all.column(target) as Column, all.rows);
  const { rows, repeats } = importanceRows(columns.length, outputDimOf(settings, columns.length));
  const table = (all.take(known) as Table).head(rows);
  const { columns: found } = await permutationImportance(model as KernelModel, table, target, {
    ...{ repeats, seed, columns: columns.map(({ name }) => name) },
  });
  return found.map(({ column, mean, deviation }) => ({ column, mean, deviation }));
}

const cellText = (cell: Cell) =>
  cell === null ? '(blank)' : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);

/** Nothing has no sign. */
const signed = (figure: string) => (/^−|^[0.]+$/.test(figure) ? figure : `+${figure}`);
