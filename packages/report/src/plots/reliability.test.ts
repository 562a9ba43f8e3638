import { describe, expect, it } from 'vitest';
import { figureMarkup } from '../page/figure.ts';
import { reliability, reliabilityFigure } from './reliability.ts';

describe('reliability', () => {
  it('counts what came true by how likely it was said to be', () => {
    const said = [0.05, 0.15, 0.15, 0.9, 0.95, 1];
    const { bins, error, brier } = reliability(said, [0, 1, 0, 1, 1, true]);
    expect(bins.map(({ from, count, came }) => [from, count, came])).toEqual([
      [0, 1, 0],
      [0.1, 2, 0.5],
      [0.9, 3, 1],
    ]);
    expect(bins[2].said).toBeCloseTo(2.85 / 3, 12);
    expect(error).toBeCloseTo((0.05 + 2 * 0.35 + 0.15) / 6, 12);
    expect(brier).toBeCloseTo((0.05 ** 2 + 0.85 ** 2 + 0.15 ** 2 + 0.1 ** 2 + 0.05 ** 2) / 6, 12);
  });

  it('has Wilson’s intervals', () => {
    // 8 of 10: from 0.4902 to 0.9433, as statsmodels’ proportion_confint has them.
    const [{ low, high }] = reliability(Array(10).fill(0.75), [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]).bins;
    expect(low).toBeCloseTo(0.4902, 3);
    expect(high).toBeCloseTo(0.9433, 3);
    const [none] = reliability([0.5], [0]).bins;
    expect([none.low, none.high < 1]).toEqual([0, true]);
  });

  it('says what it does not take', () => {
    expect(() => reliability([0.5], [])).toThrow('`came` must have one entry per probability, 1.');
    expect(() => reliability([1.5], [1])).toThrow('`probabilities` must lie from 0 to 1.');
    expect(() => reliability([0.5], [1], 0)).toThrow('`bins` must be');
  });
});

it('the figure has a point for each group, and a table of its numbers', () => {
  const sure = { name: 'as it was', ...reliability([0.9, 0.9, 0.9, 0.1], [1, 0, 0, 0]) };
  const true_ = { name: 'calibrated', ...reliability([0.35, 0.35, 0.3, 0.1], [1, 0, 0, 0]) };
  const figure = reliabilityFigure('reliability', [sure, true_]);
  const text = figureMarkup(figure).markup;
  expect(text).toContain('as it was (45.0 % off)');
  expect(text).toContain('calibrated: 2.5 % from the truth on average');
  expect(figure.rows.map(([name]) => name)).toEqual([
    '10.0 % to 20.0 %',
    '30.0 % to 40.0 %',
    '90.0 % to 100.0 %',
    'mean distance',
  ]);
  expect(figure.rows.at(-1)).toEqual(['mean distance', '45.0 %', '2.5 %', '4', '4']);
});
