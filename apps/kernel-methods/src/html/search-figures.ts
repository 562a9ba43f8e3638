import { count } from '@kernel-methods/report';
import type { Figure } from '@kernel-methods/report/page';
import { dotStyle, logTicks, plain } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import type { Found } from '../fit/fit-table.ts';
import { LEAST_ROWS, type LearningPoint } from '../fit/learning.ts';
import {
  asRead,
  figure,
  inWords,
  isError,
  meanText,
  metricName,
  metricTitle,
} from '../fit/words.ts';
import { drawn, first, quietGrid } from './drawn.ts';

/** The best score over the seconds of the search. */
export function searchFigure({ path, search }: Found, metric: string): Figure | null {
  if (path.length < 2) return null;
  const points = path.map(({ seconds, score }) => ({
    x: seconds,
    y: asRead(metric, score.mean),
    rows: score.rows,
  }));
  const last = path.at(-1)!;
  return drawn({
    id: 'search',
    title: 'Search over time',
    caption: `The best candidate so far, by cross-validation. Each round has more rows and fewer candidates, so a later score is surer, and may be worse. ${count(search.length)} scores in all.`,
    label: `${metricName(metric)} of the best candidate over seconds; at the end ${meanText(metric, last.score)}.`,
    options: {
      x: { label: 'Seconds', tickFormat: plain, ...quietGrid },
      y: { label: metricTitle(metric), tickFormat: plain, ...quietGrid },
      marks: [
        Plot.line(points, {
          x: 'x',
          y: 'y',
          curve: 'step-after',
          stroke: first.color,
          strokeWidth: 1.8,
        }),
        Plot.dot(points, { x: 'x', y: 'y', ...dotStyle(first), r: 4 }),
      ],
    },
    columns: ['Seconds', 'Rows', metricName(metric), 'Candidate'],
    rows: path.map(({ seconds, score }) => [
      seconds.toFixed(1),
      count(score.rows),
      meanText(metric, score),
      inWords(score.machine),
    ]),
  });
}

/** Scores over the rows that a model was trained on: whether more of them are worth it. */
export function learningFigure(
  { search, exams, learning = [] }: Found,
  metric: string,
  rows: number,
): Figure | null {
  const { chosen } = exams;
  const whole = chosen ? [{ rows, mean: chosen.mean, deviation: chosen.deviation }] : [];
  // One machine says more than the best of each round; without time for it, these say something.
  const isOwn = learning.length > 1 || (learning.length > 0 && sizesIn(search) < 2);
  const fewer = (isOwn ? learning : search).filter((score) => !chosen || score.rows !== rows);
  const scores = bestBySize([...fewer, ...whole]);
  if (scores.length < 2) return null;
  const [before, last] = scores.slice(-2);
  const gain = last.mean - before.mean;
  const noise = Math.max(last.deviation, before.deviation) / 2;
  const moves = isError(metric) ? ['error', 'falls'] : ['score', 'grows'];
  const verdict =
    gain > noise
      ? `The ${moves[0]} still ${moves[1]} with the rows: more data would probably help.`
      : `The ${moves[0]} hardly ${moves[1]} with the rows: more data would probably help little.`;
  const points = scores.map(({ rows, mean, deviation }) => ({
    ...{ x: rows, y: asRead(metric, mean), deviation },
  }));
  return drawn({
    id: 'learning',
    title: 'Learning curve',
    caption: `${isOwn ? 'The score of this machine by the number of rows, those of the fold that is asked left out' : 'The best score by the number of rows that were looked at'}, and one deviation between folds. ${verdict}`,
    label: `${metricName(metric)} over rows: ${points.map(({ x, y }) => `${count(x)} rows ${figure(y)}`).join('; ')}.`,
    options: {
      x: {
        type: 'log',
        label: 'Rows (logarithmic)',
        tickFormat: plain,
        ticks: logTicks([points[0].x, points.at(-1)!.x], 0.2),
        ...quietGrid,
      },
      y: { label: metricTitle(metric), tickFormat: plain, ...quietGrid },
      marks: [
        Plot.ruleX(points, {
          x: 'x',
          y1: (p) => p.y - p.deviation,
          y2: (p) => p.y + p.deviation,
          stroke: first.color,
          strokeOpacity: 0.45,
          strokeWidth: 3,
        }),
        Plot.line(points, { x: 'x', y: 'y', stroke: first.color, strokeWidth: 1.8 }),
        Plot.dot(points, { x: 'x', y: 'y', ...dotStyle(first), r: 4.5 }),
      ],
    },
    columns: ['Rows', metricName(metric), 'Deviation'],
    rows: points.map(({ x, y, deviation }) => [count(x), figure(y), figure(deviation)]),
  });
}

const sizesIn = (scores: readonly LearningPoint[]) => new Set(scores.map(({ rows }) => rows)).size;

/** The best score of each number of rows, the fewest first. */
function bestBySize(scores: readonly LearningPoint[]): LearningPoint[] {
  const best = new Map<number, LearningPoint>();
  for (const score of scores) {
    const known = best.get(score.rows);
    if (!known || score.mean > known.mean) best.set(score.rows, score);
  }
  return [...best.values()].sort((a, b) => a.rows - b.rows);
}

/** Why there is no learning curve. */
export const whyNoCurve = ({ stopped }: Pick<Found, 'stopped'>, rows: number): string =>
  rows < 2 * LEAST_ROWS
    ? `A learning curve needs ${2 * LEAST_ROWS} rows or more.`
    : stopped === 'signal'
      ? 'There is none, as the fit was stopped before its end.'
      : 'There is none: to score the model on fewer rows there was no time, which more --time leaves, or a class has too few rows.';
