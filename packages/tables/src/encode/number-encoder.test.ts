import { describe, expect, test } from 'vitest';
import { column, random, rowsOf, sample } from '../fixtures/encoded.ts';
import { numberEncoder } from './number-encoder.ts';
import { normalQuantile } from './number-transforms.ts';

describe('numbers', () => {
  test('are centred and scaled, missing ones the median and marked', () => {
    const values = column([1, 2, 3, null, 6]);
    const { features, rows } = rowsOf(numberEncoder({ transform: 'none' }), values);
    expect(features).toEqual(['', 'missing']);
    const std = Math.sqrt((4 + 1 + 0 + 9) / 4);
    expect(rows).toEqual(
      [
        [-2, 0],
        [-1, 0],
        [0, 0],
        [-0.5, 1],
        [3, 0],
      ].map(([z, m]) => [Math.fround(z / std), m]),
    );
  });

  test('few blanks are not marked', () => {
    const few = sample(100, (draw, i) => (i < 4 ? Number.NaN : draw.normal()));
    expect(rowsOf(numberEncoder(), column(few)).features).toEqual(['']);
    expect(rowsOf(numberEncoder({ indicator: true }), column(few)).features).toEqual([
      '',
      'missing',
    ]);
  });

  test('keep their digits far from 0', () => {
    const far = column([1e9 + 1, 1e9 + 2, 1e9 + 3]);
    const { rows } = rowsOf(numberEncoder({ transform: 'none' }), far);
    expect(rows.flat()).toEqual([-1, 0, 1].map((z) => Math.fround(z / Math.sqrt(2 / 3))));
  });

  test('what is far out is put at the end', () => {
    const values = column(sample(200, (draw) => draw.normal()));
    const asked = column([1e6, -1e6, Infinity, -Infinity]);
    expect(rowsOf(numberEncoder(), values, asked).rows.flat()).toEqual([5, -5, 5, -5]);
    expect(rowsOf(numberEncoder({ clip: 3 }), values, asked).rows.flat()).toEqual([3, -3, 3, -3]);
  });

  const typeOf = (values: Float64Array) => {
    const state = numberEncoder().fit(column(values), { random: random() }).toJSON() as {
      transform: { type: string };
    };
    return state.transform.type;
  };
  test.each([
    ['normal', 'none', (draw: ReturnType<typeof random>) => 40 + 9 * draw.normal()],
    ['uniform', 'none', (draw: ReturnType<typeof random>) => draw.uniform()],
    ['lognormal', 'log', (draw: ReturnType<typeof random>) => Math.exp(2 * draw.normal())],
    [
      'lognormal, turned over',
      'log',
      (draw: ReturnType<typeof random>) => 9 - Math.exp(draw.normal()),
    ],
    ['Cauchy', 'log', (draw: ReturnType<typeof random>) => draw.cauchy()],
    [
      'zero in most rows',
      'log',
      (draw: ReturnType<typeof random>) => (draw.uniform() < 0.8 ? 0 : Math.exp(7 + draw.normal())),
    ],
    [
      'doubly exponential',
      'quantile',
      (draw: ReturnType<typeof random>) => Math.exp(Math.exp(2 * draw.normal())),
    ],
  ] as const)('%s ones go through %s', (_, type, value) => {
    expect(typeOf(sample(3000, value))).toBe(type);
  });

  test('quantiles make any distribution normal', () => {
    const values = column(sample(2000, (draw) => Math.exp(3 * draw.uniform()) ** 2));
    const { rows } = rowsOf(numberEncoder({ transform: 'quantile' }), values);
    const sorted = rows.flat().sort((a, b) => a - b);
    for (const share of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      // 0.04: the grid of 200 steps, and the deviation of a normal cut at 0.001.
      expect(Math.abs(sorted[Math.floor(share * 2000)] - normalQuantile(share))).toBeLessThan(0.04);
    }
  });

  test('the normal quantile', () => {
    // scipy.stats.norm.ppf
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 7);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 7);
    expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408408, 7);
  });
});
