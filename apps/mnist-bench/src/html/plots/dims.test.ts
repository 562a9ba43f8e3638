import { expect, test } from 'vitest';
import type { Comparison } from '../../comparison/comparison.ts';
import type { Config } from '../../options/options.ts';
import { readFixture } from '../fixtures/comparison.ts';
import { dimsFigure } from './dims.ts';

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

test('peers and lone numbers of features make no line', () => {
  const variants = comparison.variants.filter(
    ({ system, config }) => system !== 'kernel-methods' || config.outputDim === 1024,
  );
  expect(dimsFigure({ ...comparison, variants })).toBeNull();
});

/** The same at other scales, each a little worse than the one before. */
function withLines(n: number): Comparison {
  const first = comparison.variants.find(({ accuracy }) => accuracy)!;
  const variants = Array.from({ length: 2 * n }, (_, i) => {
    const scale = 10 + Math.floor(i / 2);
    const outputDim = 256 * (1 + (i % 2));
    const mean = 0.9 - 0.01 * scale + 0.001 * (i % 2);
    return {
      ...first,
      variant: `scale ${scale}, ${outputDim}`,
      config: { ...(first.config as Config), scale, outputDim },
      accuracy: { ...first.accuracy!, mean, low: mean, high: mean },
    };
  });
  return { ...comparison, variants };
}
