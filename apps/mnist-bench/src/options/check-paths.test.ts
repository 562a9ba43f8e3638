import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJson } from '@kernel-methods/runner';
import { afterAll, describe, expect, it } from 'vitest';
import { checkPaths } from './check-paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist bench '));
const file = join(folder, 'file');
writeFileSync(file, '');
afterAll(() => rmSync(folder, { recursive: true }));

describe('checkPaths', () => {
  it('accepts what can be written and leaves nothing behind', () => {
    checkPaths({});
    checkPaths({ data: folder, json: join(folder, 'new.json'), save: join(folder, 'a', 'b') });
    checkPaths({ json: file, save: folder });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.skipIf(process.platform === 'win32')('keeps devices what they are', () => {
    expect(() => checkPaths({ json: '/dev/null' })).toThrow(/^`--json` must be a file/);
  });

  it.each([
    [{ data: join(folder, 'none') }, /^`--data` must be an existing folder\. Received: .*none\.$/],
    [{ data: file }, /^`--data` /],
    [{ json: join(folder, 'none', 'new.json') }, /^`--json` must be a file in an existing folder/],
    [{ json: folder }, /^`--json` /],
    [{ json: join(file, 'new.json') }, /^`--json` /],
    [{ html: folder }, /^`--html` must be a file/],
    [
      { csv: join(folder, 'new'), markdown: join(folder, '.', 'new') },
      /^`--markdown` must be another file than --csv\. Received: .*new\.$/,
    ],
    [{ save: file }, /^`--save` must be a folder that can be written/],
    [{ save: join(file, 'model') }, /^`--save` /],
  ])('refuses %j', (paths, message) => {
    expect(() => checkPaths(paths)).toThrow(message);
  });
});

describe('writeJson', () => {
  it('replaces a file whole', () => {
    const path = join(folder, 'out.json');
    writeJson(path, { a: 1 });
    writeJson(path, { a: Number.NaN, b: undefined });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ a: null, b: null });
    expect(readdirSync(folder).sort()).toEqual(['file', 'out.json']);
  });

  it('leaves nothing beside when it fails', () => {
    expect(() => writeJson(folder, {})).toThrow();
    expect(readdirSync(folder).sort()).toEqual(['file', 'out.json']);
  });
});
