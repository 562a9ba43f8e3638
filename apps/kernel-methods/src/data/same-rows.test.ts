import { copyFileSync, linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { temporary } from '../fixtures/tables.ts';
import { hasSameRows } from './same-rows.ts';

const folder = temporary();
const { at } = folder;
afterAll(() => folder.remove());

it('knows a file by any path, and a copy of it', async () => {
  writeFileSync(at('a.csv'), 'x,y\n1,2\n');
  writeFileSync(at('b.csv'), 'x,y\n1,3\n');
  symlinkSync(at('a.csv'), at('link.csv'));
  linkSync(at('a.csv'), at('hard.csv'));
  copyFileSync(at('a.csv'), at('copy.csv'));
  for (const other of ['a.csv', 'link.csv', 'hard.csv', 'copy.csv']) {
    expect(await hasSameRows(at('a.csv'), at(other))).toBe(true);
  }
  for (const other of ['b.csv', 'gone.csv', '.']) {
    expect(await hasSameRows(at('a.csv'), at(other))).toBe(false);
  }
  expect(await hasSameRows('https://a/b.csv', 'https://a/b.csv')).toBe(true);
});
