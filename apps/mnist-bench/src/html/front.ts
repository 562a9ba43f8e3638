import { meanPercent, medianSeconds, percent } from '@kernel-methods/report';
import { type Figure, widths } from '@kernel-methods/report/page';
import {
  accuracyAxis,
  type Drawing,
  draw,
  errorOf,
  logDomain,
  logTicks,
  picture,
  plain,
  svgFile,
} from '@kernel-methods/report/plots';
import type { Comparison } from '../records/comparison.ts';
import { frontLegend, frontMarks, frontNames } from './front-marks.ts';
import { type Point, pointsOf } from './points.ts';

/** Accuracy over seconds, with the front; null where there are not two variants. */
export function frontFigure(comparison: Comparison): Figure | null {
  const points = pointsOf(comparison);
  if (points.length < 2) return null;
  return {
    id: 'accuracy-over-seconds',
    title: 'Accuracy over seconds',
    caption:
      'Up and left is better. The line is the Pareto front: what can be reached in that time. Seconds are of the whole process, on a logarithmic axis; thin lines show the range over the runs.',
    wide: picture(frontDrawing(points, widths.wide)),
    narrow: picture(frontDrawing(points, widths.narrow)),
    columns: ['Variant', 'System', 'Seconds', 'Test accuracy', 'On the front'],
    rows: points.map((point) => [
      point.variant,
      point.system,
      medianSeconds(point.seconds),
      meanPercent(point.accuracy),
      point.front ? 'yes' : 'no',
    ]),
  };
}

function frontDrawing(points: readonly Point[], width: number): Drawing {
  const narrow = width < 600;
  const errors = points.flatMap(({ accuracy: { low, high } }) => [errorOf(low), errorOf(high)]);
  const times = logDomain(points.flatMap(({ seconds: { low, high } }) => [low, high]));
  const front = points.filter((point) => point.front).sort(bySeconds);
  const base = {
    width,
    height: narrow ? 400 : 460,
    label: labelOf(points, front),
    legend: frontLegend(points),
    x: {
      type: 'log' as const,
      domain: times,
      ticks: logTicks(times, narrow ? 0.16 : 0.1),
      tickFormat: plain,
      label: 'Time (s, logarithmic)',
      labelArrow: 'none' as const,
      grid: true,
    },
    y: accuracyAxis(errors, 'Test accuracy'),
  };
  const marks = frontMarks(points, front, times[1]);
  const bare = draw({ ...base, marks });
  const names = frontNames(points, front, bare, narrow);
  return { ...base, marks: [...marks, ...names] };
}

const bySeconds = (a: Point, b: Point) => a.seconds.median - b.seconds.median;

function labelOf(points: readonly Point[], front: readonly Point[]): string {
  const steps = front.map(
    ({ variant, accuracy, seconds }) =>
      `${variant}: ${percent(accuracy.mean)} in ${medianSeconds(seconds)}`,
  );
  return `Test accuracy over seconds of ${points.length} variants. On the front, from the fastest: ${steps.join('; ')}.`;
}

/** Accuracy over seconds as an SVG file of its own, in light and dark. It needs two variants. */
export function frontSvg(comparison: Comparison): string {
  const points = pointsOf(comparison);
  if (points.length < 2) {
    throw new Error(`A front needs 2 variants with results. Received: ${points.length}.`);
  }
  return svgFile(frontDrawing(points, widths.wide), 'Test accuracy over seconds');
}
