import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Point, paretoFront } from './front.ts';

// Few values: ties are many.
const points = fc.array(
  fc.record({ accuracy: fc.integer({ min: 0, max: 6 }), seconds: fc.integer({ min: 0, max: 6 }) }),
  { maxLength: 12 },
);

const dominates = (a: Point, b: Point) =>
  (a.accuracy >= b.accuracy && a.seconds < b.seconds) ||
  (a.accuracy > b.accuracy && a.seconds <= b.seconds);

it('has no member that another dominates, and a dominating member for all others', () => {
  fc.assert(
    fc.property(points, (all) => {
      const front = paretoFront(all);
      for (const point of all) {
        const by = front.includes(point) ? all : front;
        expect(by.some((other) => dominates(other, point))).toBe(!front.includes(point));
      }
      expect(all.filter((point) => front.includes(point))).toEqual(front);
    }),
  );
});

it('holds equal points together', () => {
  const at = (accuracy: number, seconds: number) => ({ accuracy, seconds });
  const all = [at(0.9, 5), at(0.9, 5), at(0.9, 6), at(0.8, 5), at(0.8, 1), at(0.95, 9)];
  expect(paretoFront(all)).toEqual([all[0], all[1], all[4], all[5]]);
  expect(paretoFront([])).toEqual([]);
});
