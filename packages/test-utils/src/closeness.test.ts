import { describe, expect, it, vi } from 'vitest';
import { maxAbsDifference, maxRelativeDifference } from './index.ts';

describe('closeness', () => {
  it('finds the largest difference', () => {
    expect(maxAbsDifference([1, 2, 3], [1, 2.5, 3.25])).toBe(0.5);
    expect(maxRelativeDifference([1, 2, 8], [1, 2, 10])).toBeCloseTo(0.2, 12);
    expect(maxAbsDifference([], [])).toBe(0);
  });

  it.each([
    [[1], [1, 2]],
    [
      [Number.NaN, 1],
      [0, 1],
    ],
    [
      [1, 0],
      [1, Number.NaN],
    ],
  ])('accepts no bound for %s against %s', (a, b) => {
    expect(maxAbsDifference(a, b) <= Number.POSITIVE_INFINITY).toBe(false);
  });
});

it('the console is free for a test that mocks it', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  console.warn('expected');
  expect(console.warn).toHaveBeenCalledWith('expected');
});
