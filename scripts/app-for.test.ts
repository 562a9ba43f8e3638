import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appFor } from './app-for.js';

it.each([
  [undefined, 'mnist-bench'],
  ['--help', 'mnist-bench'],
  ['compare', 'mnist-bench'],
  ['fit', 'kernel-methods'],
  ['fits', 'kernel-methods'],
  ['help', 'kernel-methods'],
])('npm start -- %s is for %s', (first, app) => {
  expect(appFor(first)).toBe(`apps/${app}`);
  expect(existsSync(join(import.meta.dirname, '..', appFor(first), 'src/main.ts'))).toBe(true);
});
