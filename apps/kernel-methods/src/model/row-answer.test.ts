import { expect, it } from 'vitest';
import { answersOf } from './row-answer.ts';

it('says a number with the digits that float32 has', () => {
  const predictions = [45.85603713989258, Math.fround(0.1), 1e6, 0, -2.5, 1 / 3];
  const intervals = predictions.map((prediction) => ({
    ...{ prediction, lower: prediction - 0.1, upper: prediction + 0.1 },
  }));
  const said = answersOf({ predictions, intervals });
  // What is none of float32 stays as it is.
  expect(said.map(({ prediction }) => prediction)).toEqual([45.856037, 0.1, 1e6, 0, -2.5, 1 / 3]);
  for (const [i, { prediction }] of said.slice(0, 5).entries()) {
    expect(Math.fround(prediction as number)).toBe(predictions[i]);
  }
  expect(said[0]).toEqual({ prediction: 45.856037, lower: 45.7560371, upper: 45.9560371 });
  expect(said[2]).toEqual({ prediction: 1e6, lower: 999999.9, upper: 1000000.1 });
});
