import { expect, test } from 'vitest';
import type { Config } from '../options/options.ts';
import type { Comparison } from '../records/comparison.ts';
import { dimsFigure } from './dims.ts';
import { readFixture } from './fixtures/comparison.ts';

const comparison = readFixture();

test('a line for what differs in the number of features alone, from few to many', () => {
  const { columns, rows } = dimsFigure(comparison)!;
  expect(columns).toEqual(['Series', 'Features', 'Test accuracy', 'Runs']);
  expect(rows.map(([series, dim]) => `${series} ${dim}`)).toEqual([
    'mse, direct 256',
    'mse, direct 1,024',
    'mse, direct 4,096',
    'hinge, adam 256',
    'hinge, adam 1,024',
    'hinge, adam 4,096',
  ]);
});

test('draws the lines that reach highest, and tells all in the table', () => {
  const many = withLines(9);
  const { caption, narrow, rows } = dimsFigure(many)!;
  expect(caption).toContain('Of 9 lines, the 7 that reach highest are drawn.');
  expect(new Set(rows.map(([series]) => series)).size).toBe(9);
  expect(narrow.markup).toContain('scale 10 ');
  expect(narrow.markup).not.toContain('scale 18 ');
});

test('lines that differ in an option of the filters have two names', () => {
  const { rows } = dimsFigure(
    withLines(2, (config, line) => ({ ...config, filters: 16, grid: 5 + line })),
  )!;
  expect(rows.map(([series, dim]) => `${series}: ${dim}`)).toEqual([
    'grid 5: 256',
    'grid 5: 512',
    'grid 6: 256',
    'grid 6: 512',
  ]);
});

test('peers and lone numbers of features make no line', () => {
  const variants = comparison.variants.filter(
    ({ system, config }) => system !== 'kernel-methods' || config.outputDim === 1024,
  );
  expect(dimsFigure({ ...comparison, variants })).toBeNull();
});

const withScale = (config: Config, line: number): Config => ({ ...config, scale: 10 + line });

/** The same at other settings, each line a little worse than the one before. */
function withLines(n: number, settings = withScale): Comparison {
  const first = comparison.variants.find(({ accuracy }) => accuracy)!;
  const variants = Array.from({ length: 2 * n }, (_, i) => {
    const line = Math.floor(i / 2);
    const outputDim = 256 * (1 + (i % 2));
    const mean = 0.8 - 0.01 * line + 0.001 * (i % 2);
    return {
      ...first,
      variant: `line ${line}, ${outputDim}`,
      config: settings({ ...(first.config as Config), outputDim }, line),
      accuracy: { ...first.accuracy!, mean, low: mean, high: mean },
    };
  });
  return { ...comparison, variants };
}
