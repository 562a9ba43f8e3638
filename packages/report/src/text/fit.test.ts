import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cut, shorten, wrap } from './fit.ts';

it.each([
  [40, 'laplacian, squared-hinge, adam, rff 512'],
  [36, 'laplacian, squared-h…, adam, rff 512'],
  [32, 'laplac…, squared…, adam, rff 512'],
  [24, 'la…, squ…, adam, rff 512'],
  [22, 'la…, sq…, ad…, rff 512'],
  [21, 'laplacian,…m, rff 512'],
  [20, 'laplacian,…, rff 512'],
])('shortens to %i characters', (width, text) => {
  expect(shorten('laplacian, squared-hinge, adam, rff 512', width)).toBe(text);
});

it('cuts the middle', () => {
  expect(cut('abcdefgh', 8)).toBe('abcdefgh');
  expect(cut('abcdefgh', 5)).toBe('ab…gh');
  expect(cut('abcdefgh', 4)).toBe('ab…h');
  expect(cut('abcdefgh', 1)).toBe('…');
  expect(cut('abcdefgh', 0)).toBe('');
});

it('wraps whole words', () => {
  expect(wrap('one two\n three  four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('a verylongword', 6)).toEqual(['a', 'ver…rd']);
  expect(wrap('one two\u00a0three', 9)).toEqual(['one', 'two three']);
  expect(wrap('abc '.repeat(100), 80).join(' ')).toHaveLength(240);
});

it('is never too long', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '7', '\n') });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, width) => {
      for (const line of [cut(text, width), shorten(text, width), ...wrap(text, width)]) {
        expect(line.length).toBeLessThanOrEqual(width);
      }
    }),
  );
});
