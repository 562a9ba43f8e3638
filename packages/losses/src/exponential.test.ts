import { expect, it } from 'vitest';
import { exponential } from './exponential.ts';

it('is that of Math.exp to a few units in the last place, for numbers up to 0', () => {
  let worst = 0;
  for (let i = 0; i <= 100_000; i++) {
    for (const x of [-i / 140, -1e-5 * i, -(2 ** (-i / 1000))]) {
      const value = Math.exp(x);
      worst = Math.max(worst, Math.abs(exponential(x) - value) / Math.max(value, Number.MIN_VALUE));
    }
  }
  expect(worst).toBeLessThan(1e-15);
});

it('takes what is odd as Math.exp does', () => {
  const odd = [0, -0, -700, -745.2, Number.NaN, Number.NEGATIVE_INFINITY, 1, 710];
  for (const x of odd) expect(exponential(x)).toBe(Math.exp(x));
});
