import { meanPercent, medianSeconds } from '@kernel-methods/report';
import {
  type Drawn,
  dotStyle,
  errorOf,
  type Item,
  type Look,
  markAt,
  onLog,
  placeLabels,
  stepsOf,
} from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { isOurs, type Point } from './points.ts';

/** Where a variant stands in the plot. */
export const place = {
  x: ({ seconds }: Point) => onLog(seconds.median),
  y: ({ accuracy }: Point) => errorOf(accuracy.mean),
};

/** More of them than this hide each other: what is behind the front is drawn smaller then. */
export const crowd = 40;

/** The front's line, the ranges over the runs, and one mark per variant. */
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
      x1: () => onLog(point.seconds.low),
      x2: () => onLog(point.seconds.high),
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

const peerSymbols = new Map<string, Look['symbol']>([
  ['keras', 'square'],
  ['scikit-learn', 'triangle'],
  ['numpy', 'wye'],
  ['libsvm', 'diamond'],
  ['libsvm-js', 'star'],
  ['ml-svm', 'cross'],
]);

function lookOf({ system, front }: Point): Look {
  if (system === 'kernel-methods')
    return { color: 'var(--ours)', symbol: 'circle', hollow: !front };
  return { color: 'var(--peer)', symbol: peerSymbols.get(system) ?? 'square' };
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

/** Names beside the points where there is room: first of the front, then of peers, then of others. */
export function frontNames(
  points: readonly Point[],
  front: readonly Point[],
  drawn: Drawn,
  narrow: boolean,
): Plot.Markish[] {
  const [x, y] = [drawn.scale('x')!, drawn.scale('y')!];
  const [left, right] = x.range as [number, number];
  const [bottom, top] = y.range as [number, number];
  const placed = (point: Point) => ({
    text: narrow ? inTwo(point.variant) : point.variant,
    x: x.apply(place.x(point)) as number,
    y: y.apply(place.y(point)) as number,
    point,
  });
  const named = [...front, ...behind(points)].map(placed);
  const frame = { left, top: top - 6, right: right + 14, bottom: bottom - 2 };
  const steps = stepsOf(front.map(placed), right);
  return placeLabels(named, frame, [...steps, ...points.map(placed).map(markAt)]).map(
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
}

/** In a crowd a name here and there would say nothing: the peers' alone. */
const behind = (points: readonly Point[]) =>
  points
    .filter((point) => !point.front && (points.length <= crowd || !isOurs(point)))
    .sort((a, b) => Number(isOurs(a)) - Number(isOurs(b)));

/** In two lines, at the comma nearest to the middle. */
function inTwo(text: string): string {
  const breaks = [...text.matchAll(/[,:] /g)].map(({ index }) => index + 1);
  const middle = breaks.sort(
    (a, b) => Math.abs(a - text.length / 2) - Math.abs(b - text.length / 2),
  );
  return middle.length === 0 ? text : `${text.slice(0, middle[0])}\n${text.slice(middle[0] + 1)}`;
}
