import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withoutExample } from './docstrings.ts';

const folder = mkdtempSync(join(tmpdir(), 'kernel-methods-docstrings-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('names the functions that are exported without an example, wherever they stand', () => {
  mkdirSync(join(folder, 'src'));
  writeFileSync(
    join(folder, 'src', 'index.ts'),
    `export { bare, type Kind, shown as told } from './parts.ts';
/** As a value. */
export const arrow = (n: number) => n;
export const limit = 5;
`,
  );
  writeFileSync(
    join(folder, 'src', 'parts.ts'),
    `export interface Kind { n: number }
export function bare() {}
/**
 * Told.
 *
 * @example
 * shown();
 */
export function shown() {}
export function unexported() {}
`,
  );
  expect(withoutExample(folder)).toEqual(['bare (src/parts.ts:2)', 'arrow (src/index.ts:3)']);
});
