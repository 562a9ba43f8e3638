import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { readFixture } from './fixtures/comparison.ts';
import { frontSvg } from './front.ts';

const comparison = readFixture();

test('is a file of its own: named, with its colours for light and dark, nothing loaded', () => {
  const svg = frontSvg(comparison);
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg.match(/https?:\/\//g)).toHaveLength(1);
  expect(svg).toContain('@media screen and (prefers-color-scheme:dark)');
  const root = parseHTML(svg).document.querySelector('svg')!;
  expect(root.querySelector('title')?.textContent).toBe('Test accuracy over seconds');
  expect(root.querySelector('desc')?.textContent).toContain('94.35 %');
  const used = [...svg.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name);
  for (const name of used) expect(svg).toContain(`${name}:#`);
});

test('needs two variants with results', () => {
  const variants = comparison.variants.slice(0, 1);
  expect(() => frontSvg({ ...comparison, variants })).toThrow(
    'A front needs 2 variants with results. Received: 1.',
  );
});
