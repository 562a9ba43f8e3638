import * as Plot from '@observablehq/plot';
import type { Drawn } from './draw.ts';
import { crowd, place } from './front-marks.ts';
import { markAt, placeLabels, stepsOf } from './labels.ts';
import { isOurs, type Point } from './points.ts';

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
