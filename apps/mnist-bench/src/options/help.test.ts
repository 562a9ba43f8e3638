import { readFileSync } from 'node:fs';
import { flagOf, type Option } from '@kernel-methods/runner/options';
import { expect, it } from 'vitest';
import { comparisonOptions } from './comparison-options.ts';
import { helpText } from './help.ts';
import { options } from './options.ts';

const all: Record<string, Option<unknown>> = { ...options, ...comparisonOptions };

it('has every option, its names and its default', () => {
  const text = helpText();
  for (const [name, { value, rule }] of Object.entries(all)) {
    expect(text).toContain(
      value === undefined ? `  ${flagOf(name)} ` : `  ${flagOf(name)} ${value} `,
    );
    for (const known of rule.names ?? []) expect(text).toContain(known);
  }
  const flowing = text.replaceAll(/\s+/g, ' ');
  expect(flowing).toContain('(default 10 for gaussian, 150 for laplacian, ');
  expect(flowing).toContain('(default 4096)');
});

it.each([60, 80, 96])('fits in %i columns', (width) => {
  for (const line of helpText(width).split('\n')) {
    expect(line.length).toBeLessThanOrEqual(Math.max(width, 76));
  }
});

it('is what the README shows', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme.replaceAll('\r\n', '\n')).toContain(`\`\`\`text\n${helpText()}\n\`\`\``);
});
