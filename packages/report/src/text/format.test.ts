import { expect, it } from 'vitest';
import { clock, count, megabytes, plural, score, seconds, table } from './format.ts';

it.each([
  [0, '0:00'],
  [7.4, '0:07'],
  [245, '4:05'],
  [59.7, '1:00'],
  [3723, '1:02:03'],
  [-3, '0:00'],
])('%d seconds are %s', (value, text) => {
  expect(clock(value)).toBe(text);
});

it('writes numbers', () => {
  expect(count(48_000)).toBe('48,000');
  for (const value of [0, 7, 999, 1000, 123_456, 1_234_567, -1000, -999, 1234.5]) {
    expect(count(value)).toBe(value.toLocaleString('en-US'));
  }
  expect(plural(1, 'run')).toBe('1 run');
  expect([0, 2000].map((n) => plural(n, 'run'))).toEqual(['0 runs', '2,000 runs']);
  expect(seconds(0.123)).toBe('0.12 s');
  expect(seconds(12.34)).toBe('12.3 s');
  expect(score(0.97)).toBe('0.9700');
  expect(score(null)).toBe('none');
  expect(megabytes(1_234_567_890)).toBe('1,235 MB');
});

it('aligns a table', () => {
  expect(
    table([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toEqual(['  a     1', '  long  2']);
});
