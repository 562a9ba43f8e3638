import {
  columnsText,
  count,
  cut,
  type Output,
  percent,
  plural,
  wrap,
} from '@kernel-methods/report';
import type { ClassScore, ModelRecord } from '../model/model-record.ts';
import { worstFirst } from './class-scores.ts';
import {
  asRead,
  baselineName,
  figure,
  figures,
  importanceName,
  isError,
  meanText,
  metricName,
} from './words.ts';

type Style = Pick<Output, 'bold' | 'dim'>;

/** The scores of the model beside a linear one and a baseline. */
export function scoreLines(
  { scores, metric, task }: ModelRecord,
  { bold, dim }: Style,
  width: number,
): string[] {
  const rows = (
    [
      ['this model', scores.chosen],
      ['a linear model', scores.linear],
      [baselineName[task], scores.baseline],
    ] as const
  ).flatMap(([name, score]) => (score ? [{ name, ...score }] : []));
  const cells = rows.map((score) => [
    score.name,
    meanText(metric, score),
    figures(score.scores.map((one) => asRead(metric, one))).join('  '),
  ]);
  const header = ['', metricName(metric), 'each part'];
  // Half a figure would mislead: without room for those of the parts there are none.
  const whole = columnsText(header, cells, Infinity);
  const hasParts = rows.some(({ scores }) => scores.length > 0);
  const [head, ...lines] =
    hasParts && whole.every((line) => line.length <= width)
      ? whole
      : columnsText(
          header.slice(0, 2),
          cells.map((row) => row.slice(0, 2)),
          width,
        );
  const sign = isError(metric) ? [dim(`A smaller ${metricName(metric)} is better.`)] : [];
  return [dim(head), ...lines.map((line, i) => (i === 0 ? bold(line) : line)), ...sign];
}

const MOST_SHOWN = 12;

/** How much each column matters, the most first. */
export function importanceLines(
  { importances, task }: Pick<ModelRecord, 'importances' | 'task'>,
  { dim }: Style,
  width: number,
): string[] {
  if (importances.length === 0) return [];
  // A line that says of one more takes the room of that one.
  const shown = importances.slice(0, importances.length === MOST_SHOWN + 1 ? Infinity : MOST_SHOWN);
  const most = Math.max(...shown.map(({ mean }) => mean), 1e-12);
  const texts = figures(shown.flatMap(({ mean, deviation }) => [mean, deviation]));
  const longest = Math.max(...shown.map(({ column }) => column.length));
  const bars = Math.max(4, Math.min(30, width - longest - 21));
  const rows = shown.map(({ column, mean }, i) => [
    column,
    `${texts[2 * i]} ± ${texts[2 * i + 1]}`,
    '█'.repeat(Math.max(0, Math.round((bars * mean) / most))),
  ]);
  const [head, ...lines] = columnsText(
    ['column', `${importanceName[task]} falls by`, ''],
    rows,
    width,
  );
  const rest = importances.length - shown.length;
  return [dim(head), ...lines, ...(rest > 0 ? [dim(`and ${plural(rest, 'more column')}`)] : [])];
}

/** So many classes are shown whole. */
const MOST_CLASSES = 12;
/** Of more, those that are found worst. */
const WORST_CLASSES = 8;

/** How well each class, or label, is found, the worst first; of many, the worst alone. */
export function classLines(scores: readonly ClassScore[], { dim }: Style, width: number): string[] {
  if (scores.length === 0) return [];
  const worst = worstFirst(scores);
  const shown = worst.length > MOST_CLASSES ? worst.slice(0, WORST_CLASSES) : worst;
  const taken = shown.map(({ takenFor }) =>
    takenFor ? `${takenFor.label} (${count(takenFor.rows)})` : '',
  );
  const isTaken = taken.some((text) => text !== '');
  const header = [isTaken ? 'class' : 'label', 'F1', 'precision', 'recall', 'rows'];
  const rows = shown.map(({ label, f1, precision, recall, rows }) => [
    label,
    ...[figure(f1), percent(precision), percent(recall), count(rows)],
  ]);
  const wide = columnsText(
    [...header, ...(isTaken ? ['taken for (rows)'] : [])],
    rows.map((row, i) => [...row, ...(isTaken ? [taken[i]] : [])]),
    Infinity,
  );
  const isWide = wide.every((line) => line.length <= width);
  const [head, ...whole] = isWide ? wide : columnsText(header, rows, width);
  // Names that are cut could not be told apart: what a class is taken for has a line of its own.
  const lines = isWide
    ? whole
    : whole.flatMap((line, i) =>
        taken[i] === '' ? [line] : [line, dim(cut(`  taken for ${taken[i]}`, width))],
      );
  const next = worst[shown.length];
  const rest =
    next === undefined
      ? []
      : wrap(
          `and ${worst.length - shown.length} more that are found better, with F1 from ${figure(next.f1)}; --json has all`,
          width,
        );
  return [dim(head), ...lines, ...rest.map(dim)];
}
