import { expect, it } from 'vitest';
import { figure } from './words.ts';

it.each([
  [0.85294, '0.8529'],
  [-0.0015, '-0.0015'],
  [-0.00066667, '-0.0006667'],
  [-1e-17, '0.0000'],
  [0, '0.0000'],
  [12345.6, '12350'],
  [Number.NaN, 'NaN'],
])('figure(%d) is %s', (value, text) => {
  expect(figure(value)).toBe(text);
});
