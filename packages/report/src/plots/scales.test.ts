import { expect, test } from 'vitest';
import { logDomain, logTicks, plain } from './scales.ts';

test('ticks are round, in order, inside and apart', () => {
  expect(logTicks([1, 1000])).toEqual([1, 3, 10, 30, 100, 300, 1000]);
  expect(logTicks([5, 15])).toEqual([5, 6, 7, 8, 10, 12, 15]);
});

test.each([1e-3, 0.7, 1, 6.1, 950])('from %d on, at any length', (low) => {
  for (const factor of [1.3, 2, 7, 60, 1e4]) {
    const ticks = logTicks([low, low * factor]);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThan(10);
    for (const [i, tick] of ticks.entries()) {
      expect(tick).toBeGreaterThanOrEqual(low);
      expect(tick).toBeLessThanOrEqual(low * factor);
      if (i > 0) expect(Math.log(tick / ticks[i - 1])).toBeGreaterThan(0.119 * Math.log(factor));
    }
  }
});

test('a domain has room about its values, also about one alone', () => {
  const [low, high] = logDomain([2, 8]);
  expect(low).toBeLessThan(2);
  expect(high).toBeGreaterThan(8);
  const [under, over] = logDomain([3]);
  expect(under).toBeLessThan(3);
  expect(over).toBeGreaterThan(3);
});

test('numbers have the digits that they need', () => {
  expect([0.02, -10, 1500, 99.5].map(plain)).toEqual(['0.02', '−10', '1,500', '99.5']);
});
