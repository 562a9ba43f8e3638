import { expect, test } from 'vitest';
import { placeLabels, stepsOf } from './labels.ts';

const frame = { left: 0, top: 0, right: 400, bottom: 300 };

test('puts a name left above its point, and elsewhere where the frame ends', () => {
  const [label] = placeLabels([{ x: 200, y: 150, text: 'one' }], frame);
  expect([label.anchor, label.dx < 0, label.dy < 0]).toEqual(['end', true, true]);
  const [corner] = placeLabels([{ x: 5, y: 5, text: 'one' }], frame);
  expect([corner.anchor, corner.dx > 0, corner.dy > 0]).toEqual(['start', true, true]);
});

test('leaves out a name that finds no place, and keeps the first', () => {
  const crowd = Array.from({ length: 40 }, (_, i) => ({
    x: 200 + (i % 3),
    y: 150,
    text: `point ${i}`,
  }));
  const labels = placeLabels(crowd, frame);
  expect(labels.length).toBeGreaterThan(0);
  expect(labels.length).toBeLessThan(12);
  expect(labels[0].of).toBe(crowd[0]);
});

test('a name does not lie on an obstacle', () => {
  const wall = { left: 0, right: 199, top: 0, bottom: 300 };
  const [label] = placeLabels([{ x: 200, y: 150, text: 'one' }], frame, [wall]);
  expect(label.anchor).toBe('start');
});

test('steps go level to the next place, then up to it', () => {
  const steps = stepsOf(
    [
      { x: 10, y: 100 },
      { x: 50, y: 40 },
    ],
    90,
  );
  expect(steps[0]).toEqual({ left: 10, right: 50, top: 99, bottom: 101 });
  expect(steps[1]).toEqual({ left: 49, right: 51, top: 40, bottom: 100 });
  expect(steps[2]).toEqual({ left: 50, right: 90, top: 39, bottom: 41 });
});
