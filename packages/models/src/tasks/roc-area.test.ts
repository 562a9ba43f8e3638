import { expect, it } from 'vitest';
import { rocArea } from './roc-area.ts';

it.each([0, 1, 3])('refuses a decision that is NaN, in row %i, and ends', (row) => {
  const scores = [0.1, 0.4, 0.3, 0.9];
  expect(rocArea([0, 1, 0, 1], 1, (i) => scores[i], ['a', 'b'])).toBe(1);
  scores[row] = Number.NaN;
  expect(() => rocArea([0, 1, 0, 1], 1, (i) => scores[i], ['a', 'b'])).toThrow(
    `\`scoring\` 'rocAuc' needs a decision for each row. Received: NaN for row ${row}.`,
  );
});
