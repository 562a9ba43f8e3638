import { count, percent } from '@kernel-methods/report';
import type { Figure } from '@kernel-methods/report/page';
import { plain } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import type { Exam } from '../fit/exam.ts';
import { figure } from '../fit/words.ts';
import { thinned } from './curves.ts';
import { drawn, first, quietGrid } from './drawn.ts';

/** More dots are not seen. */
const MOST_DOTS = 600;

/** Predicted numbers over true ones, and the interval around them. */
export function residualFigures(
  exam: Exam,
  /** Where the rows are in the file, from 0. */
  places: ArrayLike<number>,
  target: string,
  bound: number | undefined,
  coverage: number,
): Figure[] {
  if (exam.classes !== undefined) return [];
  const all = Array.from(exam.truth, (y, i) => ({
    y,
    said: exam.predictions[i],
    off: exam.predictions[i] - y,
  }));
  const dots = thinned(all, MOST_DOTS);
  const ends = [...all.map(({ y }) => y), ...all.map(({ said }) => said)];
  const domain = [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))];
  const band = bound === undefined ? [] : [-bound, bound];
  const within =
    bound === undefined ? '' : ` The band holds ${percent(coverage)} of them: ± ${figure(bound)}.`;
  const sorted = Float64Array.from(all, ({ off }) => off).sort();
  const quantiles = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((share) => [
    percent(share),
    figure(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]),
  ]);
  return [
    drawn({
      id: 'predicted',
      title: 'Predicted and true',
      caption: `On rows that the model was not trained on.${within}`,
      label: `Predicted over true ${target}.`,
      options: {
        x: { label: `True ${target}`, domain, tickFormat: plain, ticks: 5, ...quietGrid },
        y: { label: `Predicted ${target}`, domain, tickFormat: plain, ticks: 5, ...quietGrid },
        marks: [
          Plot.line(
            [domain, domain].map((_, i) => [domain[i], domain[i]]),
            { stroke: 'var(--muted)', strokeDasharray: '3 3' },
          ),
          ...band.map((shift) =>
            Plot.line(
              domain.map((end) => [end, end + shift]),
              { stroke: 'var(--peer)', strokeDasharray: '6 3', clip: true },
            ),
          ),
          Plot.dot(dots, { x: 'y', y: 'said', r: 2.5, fill: first.color, fillOpacity: 0.55 }),
        ],
      },
      columns: ['Row', 'True', 'Predicted'],
      rows: thinned(
        all.map(({ y, said }, i) => [count(places[exam.rows[i]] + 1), figure(y), figure(said)]),
        20,
      ),
    }),
    drawn({
      id: 'residuals',
      title: 'Residuals',
      caption: 'How far predictions are from the truth, and how often.',
      label: `A histogram of the residuals of ${target}.`,
      options: {
        x: { label: 'Predicted − true', tickFormat: plain, ticks: 5, labelArrow: 'none' },
        y: { label: 'Rows', tickFormat: plain, ...quietGrid },
        marks: [
          Plot.rectY(
            all,
            Plot.binX({ y: 'count' }, {
              x: 'off',
              fill: first.color,
              thresholds: 30,
              inset: 0.5,
            } as never),
          ),
          Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
        ],
      },
      columns: ['Share below', 'Predicted − true'],
      rows: quantiles,
    }),
  ];
}
