import * as Plot from '@observablehq/plot';
import { meanPercent, medianSeconds } from '../numbers.ts';
import { errorOf } from './accuracy-axis.ts';
import { dotStyle, type Item, type Look } from './legend.ts';
import { isOurs, type Point } from './points.ts';

/** Where a variant stands in the plot. */
export const place = {
  x: ({ seconds }: Point) => seconds.median,
  y: ({ accuracy }: Point) => errorOf(accuracy.mean),
};

/** More of them than this hide each other: what is behind the front is drawn smaller then. */
export const crowd = 40;

/** The front's line, the ranges over the runs, and a mark a variant. */
export function frontMarks(
  points: readonly Point[],
  front: readonly Point[],
  end: number,
): Plot.Markish[] {
  const crowded = points.length > crowd;
  const stressed = points.filter((point) => point.front || !isOurs(point) || !crowded);
  return [frontLine(front, end), ...spreads(stressed), ...dots(points, crowded ? 3 : 4.5)];
}

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

function dots(points: readonly Point[], size: number): Plot.Markish[] {
  // The front comes last, so that it lies on top.
  return [...points]
    .reverse()
    .sort((a, b) => Number(a.front) - Number(b.front))
    .map((point) =>
      Plot.dot([point], {
        ...place,
        ...dotStyle(lookOf(point)),
        r: point.front ? 5.5 : isOurs(point) ? size : 4.5,
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

/** What the marks mean. */
export function frontLegend(points: readonly Point[]): Item[] {
  const ours = points.filter(isOurs);
  const peers = new Map(points.filter((point) => !isOurs(point)).map((one) => [one.system, one]));
  const frontOf = (front: boolean) => ours.filter((point) => point.front === front).slice(0, 1);
  return [
    ...frontOf(true).map((one) => ({ ...lookOf(one), text: 'on the front', dash: 'none' })),
    ...frontOf(false).map((one) => ({ ...lookOf(one), text: 'behind it' })),
    ...[...peers].map(([system, one]) => ({ ...lookOf(one), text: system })),
  ];
}
