import { expect, it } from 'vitest';
import { wolfeLineSearch } from './wolfe-line-search.ts';

type Curve = readonly [value: (t: number) => number, slope: (t: number) => number];

/** A parabola about its lowest point, and functions that are none. */
const parabola = (lowest: number): Curve => [(t) => (t - lowest) ** 2, (t) => 2 * (t - lowest)];
const flatAndSteep: Curve = [(t) => Math.exp(9 * t) - 30 * t, (t) => 9 * Math.exp(9 * t) - 30];
const wave: Curve = [(t) => Math.cos(3 * t) - t / 9, (t) => -3 * Math.sin(3 * t) - 1 / 9];
const logistic: Curve = [
  (t) => Math.log1p(Math.exp(-t)) + 1e-6 * t * t,
  (t) => -1 / (1 + Math.exp(t)) + 2e-6 * t,
];

/** The length of the step, with the number of trials after that at 0. */
async function found([value, slope]: Curve) {
  const trials: number[] = [];
  const at = await wolfeLineSearch(async (t) => {
    trials.push(t);
    return { value: value(t), slope: slope(t) };
  });
  return { at, trials: trials.length - 1 };
}

it.each([
  ['the first trial', parabola(1.2), 1],
  ['far away', parabola(300), 10],
  ['near by', parabola(1e-4), 10],
  ['where it rises steeply', flatAndSteep, 10],
  ['with several minima', wave, 10],
  ['where it falls almost for ever', logistic, 10],
])('finds a point that is lower and flatter: %s', async (_, [value, slope], most) => {
  const { at, trials } = await found([value, slope]);
  expect(value(at)).toBeLessThanOrEqual(value(0) + 1e-4 * at * slope(0));
  expect(Math.abs(slope(at))).toBeLessThanOrEqual(0.5 * Math.abs(slope(0)));
  expect(trials).toBeLessThanOrEqual(most);
});

it('goes back from where there is no number', async () => {
  const [value, slope] = parabola(0.2);
  const until = (f: (t: number) => number) => (t: number) => (t < 0.3 ? f(t) : Number.NaN);
  const { at } = await found([until(value), until(slope)]);
  expect(at).toBeGreaterThan(0.05);
  expect(at).toBeLessThan(0.3);
});

it('takes no step where the value does not fall', async () => {
  expect(await found([(t) => t, () => 1])).toEqual({ at: 0, trials: 0 });
  expect((await found([(t) => 1 + (t > 0 ? 1 : 0), () => -1e-3])).at).toBe(0);
});

it('takes a step that is lower where none is flat enough', async () => {
  // It falls as fast as at 0 until 1/3, and then rises as fast.
  const { at } = await found([(t) => Math.abs(t - 1 / 3), (t) => (t < 1 / 3 ? -1 : 1)]);
  expect(at).toBeGreaterThan(0.3);
  expect(at).toBeLessThanOrEqual(1 / 3);
});
