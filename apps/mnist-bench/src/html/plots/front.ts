import * as Plot from '@observablehq/plot';
import type { Comparison } from '../../comparison/comparison.ts';
import { type Figure, widths } from '../figure.ts';
import { meanPercent, medianSeconds, percent } from '../numbers.ts';
import { accuracyAxis, errorOf } from './accuracy-axis.ts';
import { type Drawing, draw, picture } from './draw.ts';
import { placeLabels, stepsOf } from './labels.ts';
import { dotStyle, type Item, type Look } from './legend.ts';
import { isOurs, type Point, pointsOf } from './points.ts';
import { logDomain, logTicks, plain } from './scales.ts';

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

export function frontDrawing(points: readonly Point[], width: number): Drawing {
  const narrow = width < 600;
  const errors = points.flatMap(({ accuracy: { low, high } }) => [errorOf(low), errorOf(high)]);
  const times = logDomain(points.flatMap(({ seconds: { low, high } }) => [low, high]));
  const front = points.filter((point) => point.front).sort(bySeconds);
  const base = {
    width,
    height: narrow ? 400 : 460,
    label: labelOf(points, front),
    legend: legendOf(points),
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
  const marks = [frontLine(front, times[1]), ...spreads(points), ...dots(points)];
  const bare = draw({ ...base, marks });
  const [x, y] = [bare.scale('x')!, bare.scale('y')!];
  const at = [...front, ...points.filter((point) => !point.front).sort(peersFirst)].map(
    (point) => ({
      text: narrow ? inTwo(point.variant) : point.variant,
      x: x.apply(point.seconds.median),
      y: y.apply(errorOf(point.accuracy.mean)),
      point,
    }),
  );
  const [right, bottom] = [width - 4, base.height - 44];
  const steps = stepsOf(
    front.map((point) => [x.apply(place.x(point)), y.apply(place.y(point))] as const),
    x.apply(times[1]),
  );
  const labels = placeLabels(at, { left: 46, top: 30, right, bottom }, steps).map(
    ({ of: { point, text }, dx, dy, anchor }) =>
      Plot.text([point], {
        ...place,
        text: () => text,
        dx,
        dy,
        textAnchor: anchor,
        fontSize: 11,
        fill: isOurs(point) ? 'currentColor' : 'var(--peer)',
        stroke: 'var(--page)',
        strokeWidth: 4,
      }),
  );
  return { ...base, marks: [...marks, ...labels] };
}

const place = {
  x: ({ seconds }: Point) => seconds.median,
  y: ({ accuracy }: Point) => errorOf(accuracy.mean),
};

const bySeconds = (a: Point, b: Point) => a.seconds.median - b.seconds.median;
const peersFirst = (a: Point, b: Point) => Number(isOurs(a)) - Number(isOurs(b));

/** Rises where a better one has ended, and goes on to the edge. */
function frontLine(front: readonly Point[], end: number): Plot.Markish {
  const steps = front.map((point) => ({ x: place.x(point), y: place.y(point) }));
  const last = steps.at(-1);
  return Plot.line(last ? [...steps, { ...last, x: end }] : [], {
    x: 'x',
    y: 'y',
    curve: 'step-after',
    stroke: 'var(--ours)',
    strokeWidth: 1.5,
    strokeOpacity: 0.7,
  });
}

function spreads(points: readonly Point[]): Plot.Markish[] {
  const stroke = (point: Point) => lookOf(point).color;
  return points.flatMap((point) => [
    Plot.ruleX([point], {
      x: place.x,
      y1: () => errorOf(point.accuracy.low),
      y2: () => errorOf(point.accuracy.high),
      stroke: stroke(point),
      strokeOpacity: 0.55,
    }),
    Plot.ruleY([point], {
      y: place.y,
      x1: () => point.seconds.low,
      x2: () => point.seconds.high,
      stroke: stroke(point),
      strokeOpacity: 0.55,
    }),
  ]);
}

function dots(points: readonly Point[]): Plot.Markish[] {
  // The front comes last, so that it lies on top.
  return [...points]
    .reverse()
    .sort((a, b) => Number(a.front) - Number(b.front))
    .map((point) =>
      Plot.dot([point], {
        ...place,
        ...dotStyle(lookOf(point)),
        r: point.front ? 5.5 : 4.5,
        title: ({ variant, accuracy, seconds }: Point) =>
          `${variant}\n${meanPercent(accuracy)}, ${medianSeconds(seconds)}`,
      }),
    );
}

const peerSymbols = {
  keras: 'square',
  'scikit-learn': 'triangle',
  numpy: 'wye',
  libsvm: 'diamond',
  'libsvm-js': 'star',
  'ml-svm': 'cross',
} as const;

function lookOf({ system, front }: Point): Look {
  if (system === 'kernel-methods')
    return { color: 'var(--ours)', symbol: 'circle', hollow: !front };
  return { color: 'var(--peer)', symbol: peerSymbols[system] ?? 'square' };
}

function legendOf(points: readonly Point[]): Item[] {
  const ours = points.filter(isOurs);
  const peers = new Map(points.filter((point) => !isOurs(point)).map((one) => [one.system, one]));
  const frontOf = (front: boolean) => ours.filter((point) => point.front === front).slice(0, 1);
  return [
    ...frontOf(true).map((one) => ({ ...lookOf(one), text: 'on the front', dash: 'none' })),
    ...frontOf(false).map((one) => ({ ...lookOf(one), text: 'behind it' })),
    ...[...peers].map(([system, one]) => ({ ...lookOf(one), text: system })),
  ];
}

function labelOf(points: readonly Point[], front: readonly Point[]): string {
  const steps = front.map(
    ({ variant, accuracy, seconds }) =>
      `${variant}: ${percent(accuracy.mean)} in ${medianSeconds(seconds)}`,
  );
  return `Test accuracy over seconds of ${points.length} variants. On the front, from the fastest: ${steps.join('; ')}.`;
}

/** In two lines, at the comma nearest to the middle. */
function inTwo(text: string): string {
  const breaks = [...text.matchAll(/[,:] /g)].map(({ index }) => index + 1);
  const middle = breaks.sort(
    (a, b) => Math.abs(a - text.length / 2) - Math.abs(b - text.length / 2),
  );
  return middle.length === 0 ? text : `${text.slice(0, middle[0])}\n${text.slice(middle[0] + 1)}`;
}
