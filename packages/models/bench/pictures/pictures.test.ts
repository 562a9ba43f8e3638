import '@kernel-methods/backend-simd';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pictures } from './pictures.ts';

/**
 * What a picture says, and its places in pixels. Engines round sums in other orders, and where few rows
 * are answered, two that change places move a curve by pixels.
 */
const partsOf = (svg: string) => ({
  text: svg.replaceAll(NUMBER, '#'),
  numbers: Array.from(svg.matchAll(NUMBER), ([number]) => Number(number)),
});

const NUMBER = /-?\d+(\.\d+)?/g;

it.each(Object.entries(pictures))('%s.svg is what the models give', async (name, draw) => {
  const kept = partsOf(readFileSync(new URL(`${name}.svg`, import.meta.url), 'utf8'));
  const drawn = partsOf(await draw());
  expect(drawn.text).toBe(kept.text);
  const apart = kept.numbers.map((value, i) => Math.abs(value - drawn.numbers[i]));
  expect(apart.reduce((a, b) => a + b) / apart.length).toBeLessThan(0.3);
});

it('each is in the README, with a word about it', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const name of Object.keys(pictures)) {
    expect(readme).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(\\S+/bench/pictures/${name}\\.svg\\)`));
  }
});
