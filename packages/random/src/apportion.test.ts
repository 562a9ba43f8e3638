import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apportion, createRandom } from './index.ts';

it('gives each group its share, to within one', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.nat(1000), fc.nat(), (of, asked, seed) => {
      const whole = of.reduce((a, b) => a + b);
      const total = asked % (whole + 1);
      const counts = apportion(total, of, createRandom(seed));
      expect(counts.reduce((a, b) => a + b)).toBe(total);
      counts.forEach((count, i) => {
        expect(Math.abs(count - (of[i] * total) / whole)).toBeLessThan(1);
      });
    }),
  );
});

it('favours the largest remainders, and no group where they are equal', () => {
  expect(apportion(4, [45, 35, 20], createRandom(0))).toEqual([2, 1, 1]);
  const random = createRandom(1);
  const wins = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    apportion(1, [5, 5, 5, 5], random).forEach((count, at) => {
      wins[at] += count;
    });
  }
  // Binomial: a standard deviation is √(4000 · ¼ · ¾) = 27.
  for (const count of wins) expect(Math.abs(count - 1000)).toBeLessThan(4 * 27.4);
});

it('repeats from its seed', () => {
  const once = () => apportion(3, [1, 1, 1, 1, 1], createRandom(5));
  expect(once()).toEqual(once());
});
