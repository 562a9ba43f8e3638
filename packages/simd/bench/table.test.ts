import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tableIn, tableOf } from './table.ts';

const packages = new URL('../..', import.meta.url);

it('has a column for each engine, and says what holds', () => {
  const time = (best: number) => ({ best, median: 2 * best, turns: 5, work: 1 });
  const table = tableOf([
    {
      name: 'a | b',
      times: { WebAssembly: time(12_345), native: time(0.012345), NumPy: time(1) },
      bars: [
        { of: 'native', against: 'NumPy', atLeast: 1.3, ratio: 81.004, met: true },
        { of: 'WebAssembly', against: 'NumPy', atLeast: 0.2, ratio: 0.0001, met: false },
        { of: 'native', against: 'SciPy', atLeast: 1, met: false },
      ],
      claims: [{ what: 'accuracy', value: 0.96949, met: true }],
    },
    { name: 'alone', times: { WebAssembly: time(123_456), native: undefined }, bars: [] },
  ]);
  const cells = table.split('\n').map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  expect(cells.map((row) => row.slice(1, -1))).toEqual([
    ['work', 'WebAssembly', 'native', 'others in the same run', 'ratio of rates'],
    expect.arrayContaining([expect.stringMatching(/^-+$/)]),
    [
      'a \\| b',
      '12.3 s',
      '12.3 µs',
      'NumPy 1.00 ms',
      'native: 81.0 × NumPy (bar 1.3); WebAssembly: 0.000100 × NumPy (bar 0.2, **missed**); native: not measured SciPy (bar 1, **missed**); accuracy: 0.9695',
    ],
    ['alone', '123 s', '–', '–', '–'],
  ]);
});

it.each(['simd', 'models'])('%s: the README has the table of the results', (name) => {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, packages), 'utf8');
  expect(tableIn(read('README.md'))).toBe(tableOf(JSON.parse(read('bench/results.json')).results));
});
