import { columnsText, count, minus, percent, plural } from '@kernel-methods/report';
import { classLines, importanceLines, scoreLines } from '../fit/result-lines.ts';
import { rejectingText } from '../fit/words.ts';
import { readRecord } from '../model/model-folder.ts';
import type { InputColumn, ModelRecord } from '../model/model-record.ts';
import { coverageOf } from '../model/saved-predictor.ts';
import type { Asked } from '../options/asked.ts';
import type { ShowSettings } from '../options/options.ts';
import { outputFor, paragraph, widthOf } from '../terminal.ts';

/** `kernel-methods show`: what a saved model is, what it takes and how good it was. */
export async function showCommand({ places, settings }: Asked<ShowSettings>): Promise<number> {
  const record = readRecord(places[0]);
  const output = outputFor(settings);
  if (settings.json) {
    output.line(JSON.stringify(record));
    return 0;
  }
  const width = widthOf();
  const { target, task, rows, createdAt, description, columns, perClass = [], program } = record;
  output.line(
    output.bold(`${target}: ${task}, from ${count(rows)} rows, ${createdAt.slice(0, 10)}`),
  );
  for (const line of paragraph(description, width)) output.line(line);
  output.line();
  for (const line of scoreLines(record, output, width)) output.line(line);
  for (const text of [...sayingLines(record), ...laterLines(record)]) {
    for (const line of paragraph(text, width)) output.line(line);
  }
  const classes = classLines(perClass, output, width);
  if (classes.length > 0) output.line();
  for (const line of classes) output.line(line);
  output.line();
  const cells = columns.map((column) => [column.name, column.type, holds(column)]);
  const [head, ...lines] = columnsText(['column', 'type', 'holds'], cells, width);
  output.line(output.dim(head));
  for (const line of lines) output.line(line);
  const importances = importanceLines(record, output, width);
  if (importances.length > 0) output.line();
  for (const line of importances) output.line(line);
  output.line();
  for (const line of program.trimEnd().split('\n')) output.line(line && output.dim(`  ${line}`));
  return 0;
}

/** What it says beside a class or a number. */
function sayingLines(record: ModelRecord): string[] {
  const { rejecting, task } = record;
  const coverage = coverageOf(record);
  const what = task === 'regression' ? 'Intervals' : 'Sets of classes';
  return [
    ...(coverage === undefined ? [] : [`${what} hold the truth in ${percent(coverage)} of rows.`]),
    ...(rejecting ? [`It may say "none of these": ${rejectingText(rejecting)}`] : []),
  ];
}

/** Scores stay those of a fit where a model learns from more rows by its sums. */
function laterLines({ rows, scoredRows }: ModelRecord): string[] {
  if (scoredRows === undefined) return [];
  return [
    `The scores and importances are of the first ${plural(scoredRows, 'row')}; it has learned from ${count(rows - scoredRows)} more since, and evaluate says how good it is now.`,
  ];
}

function holds({ levels, min, max, type, hasBlanks }: InputColumn): string {
  const range = (value: number | undefined) =>
    value === undefined
      ? ''
      : type === 'date'
        ? new Date(value).toISOString().slice(0, 10)
        : minus(`${Number(value.toPrecision(6))}`);
  const text = levels
    ? levels.join(', ')
    : min === undefined
      ? ''
      : `${range(min)} … ${range(max)}`;
  return [text, hasBlanks ? 'blanks' : ''].filter(Boolean).join('; ');
}
