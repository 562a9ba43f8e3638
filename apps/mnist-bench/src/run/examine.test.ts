import { expect, it } from 'vitest';
import { examine } from './examine.ts';

const x = { data: Float32Array.of(0, 1, 0.5, 0.2, 1, 1), shape: [3, 2] };
const y = { data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), shape: [3, 3] };

it('counts, and finds the rows that are furthest from right', () => {
  const scores = Float32Array.of(2, 1, 0, 3, 1, 0, 0, 1, -3);
  expect(examine(scores, x, y)).toEqual({
    accuracy: 1 / 3,
    confusion: [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ],
    worst: [
      { row: 2, truth: 2, predicted: 1, margin: -4, pixels: '//8=' },
      { row: 1, truth: 1, predicted: 0, margin: -2, pixels: 'gDM=' },
    ],
  });
  expect(examine(scores, x, y, 1).worst).toHaveLength(1);
});

it('has none where all are right', () => {
  const { accuracy, worst } = examine(y.data, x, y);
  expect(accuracy).toBe(1);
  expect(worst).toEqual([]);
});
