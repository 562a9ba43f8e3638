import { textWidth } from './legend.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Label<T> {
  readonly of: T;
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'end' | 'middle';
}

const lineHeight = 13;
const away = 10;
const mark = 6;

/** The box that a mark covers. */
export const markAt = ({ x, y }: Pick<Place, 'x' | 'y'>): Box => boxAbout(x, y, mark, mark);

/**
 * Puts names beside points, in order. A name that would leave the frame or cover a point, an
 * obstacle or another name is left out.
 */
export function placeLabels<T extends Place>(
  points: readonly T[],
  frame: Box,
  obstacles: readonly Box[] = [],
): Label<T>[] {
  const taken = [...obstacles, ...points.map(markAt)];
  const labels: Label<T>[] = [];
  for (const point of points) {
    for (const label of candidates(point)) {
      const box = boxOf(label);
      const inside =
        box.left >= frame.left &&
        box.right <= frame.right &&
        box.top >= frame.top &&
        box.bottom <= frame.bottom;
      if (!inside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      labels.push(label);
      break;
    }
  }
  return labels;
}

/** A step line through the points, up to the end, as boxes. */
export function stepsOf(points: readonly Pick<Place, 'x' | 'y'>[], end: number): Box[] {
  return points.flatMap(({ x, y }, i) => {
    const { x: nextX, y: nextY } = points[i + 1] ?? { x: end, y };
    return [
      { left: x, right: nextX, top: y - 1, bottom: y + 1 },
      { left: nextX - 1, right: nextX + 1, top: nextY, bottom: y },
    ];
  });
}

function candidates<T extends Place>(of: T): Label<T>[] {
  const lines = of.text.split('\n').length;
  const up = away + (lines * lineHeight) / 2;
  // The line of a front comes from below and leaves to the right, so the space to the left and
  // above is tried first.
  return [
    { of, dx: -away, dy: 3 - up, anchor: 'end' },
    { of, dx: away, dy: up - 3, anchor: 'start' },
    { of, dx: away, dy: 0, anchor: 'start' },
    { of, dx: -away, dy: 0, anchor: 'end' },
    { of, dx: -away, dy: -6 - up, anchor: 'end' },
    { of, dx: 0, dy: up, anchor: 'middle' },
    { of, dx: 0, dy: -up, anchor: 'middle' },
    { of, dx: away, dy: 3 - up, anchor: 'start' },
    { of, dx: -away, dy: up - 3, anchor: 'end' },
  ];
}

function boxOf({ of, dx, dy, anchor }: Label<Place>): Box {
  const lines = of.text.split('\n');
  const half = (0.92 * Math.max(...lines.map(textWidth))) / 2;
  const shift = { start: half, middle: 0, end: -half }[anchor];
  return boxAbout(of.x + dx + shift, of.y + dy, half, (lines.length * lineHeight) / 2);
}

const boxAbout = (x: number, y: number, halfWidth: number, halfHeight: number): Box => ({
  left: x - halfWidth,
  right: x + halfWidth,
  top: y - halfHeight,
  bottom: y + halfHeight,
});

const overlap = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
