import { expect, it } from 'vitest';
import { noClasses } from '../selection/tested-rows.ts';
import type { TestedRows } from './scorer.ts';
import { scorerFor } from './scorers.ts';
import { UndefinedScoreError } from './undefined-score.ts';

const numbers = (truth: number[][], predictions: number[][]): TestedRows => ({
  truth: Float32Array.from(truth.flat()),
  predictions: Float32Array.from(predictions.flat()),
  units: truth[0].length,
  decisions: Float32Array.from(predictions.flat()),
  probabilities: noClasses,
});

it.each([
  ['one row', [[3]], [[3]], 'one row'],
  ['one value', [[3], [3]], [[3], [4]], '2 rows of 3'],
  ['one value in a column', [[1, 5], [2, 5]], [[1, 5], [2, 5]], '2 rows of 5'], // biome-ignore format: rows
])('R² of %s says that it is undefined', (_, truth, predictions, received) => {
  const r2 = () => scorerFor('r2', 'regression')(numbers(truth, predictions));
  expect(r2).toThrow(UndefinedScoreError);
  expect(r2).toThrow(
    `\`scoring\` 'r2' needs targets that differ in each fold's test. Received: ${received}.`,
  );
});

it('errors of one row are defined', async () => {
  const rows = numbers([[3]], [[5]]);
  expect(await scorerFor('negMeanSquaredError', 'regression')(rows)).toBe(-4);
  expect(await scorerFor('negMeanAbsoluteError', 'regression')(rows)).toBe(-2);
});
