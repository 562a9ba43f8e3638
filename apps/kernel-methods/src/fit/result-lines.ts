import { columnsText, type Output, plural } from '@kernel-methods/report';
import type { ModelRecord } from '../model/model-record.ts';
import { baselineName, figures, meanText, metricName } from './words.ts';

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
  ).flatMap(([name, score]) =>
    score ? [[name, meanText(score), figures(score.scores).join('  ')]] : [],
  );
  const [head, ...lines] = columnsText(['', metricName(metric), 'each part'], rows, width);
  return [dim(head), ...lines.map((line, i) => (i === 0 ? bold(line) : line))];
}

const MOST_SHOWN = 12;

/** How much each column matters, the most first. */
export function importanceLines(
  { importances }: Pick<ModelRecord, 'importances'>,
  { dim }: Style,
  width: number,
): string[] {
  if (importances.length === 0) return [];
  const shown = importances.slice(0, MOST_SHOWN);
  const most = Math.max(...shown.map(({ mean }) => mean), 1e-12);
  const bars = Math.max(4, Math.min(30, width - 40));
  const texts = figures(shown.flatMap(({ mean, deviation }) => [mean, deviation]));
  const rows = shown.map(({ column, mean }, i) => [
    column,
    `${texts[2 * i]} ± ${texts[2 * i + 1]}`,
    '█'.repeat(Math.max(0, Math.round((bars * mean) / most))),
  ]);
  const [head, ...lines] = columnsText(['column', 'score falls by', ''], rows, width);
  const rest = importances.length - shown.length;
  return [dim(head), ...lines, ...(rest > 0 ? [dim(`and ${plural(rest, 'more column')}`)] : [])];
}
