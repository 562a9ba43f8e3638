import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJson } from '@kernel-methods/runner';
import fc from 'fast-check';
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
    checkPaths({ json: '/dev/null', csv: '/dev/null' });
    writeJson('/dev/null', {});
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each(['x'.repeat(300), `x${'/'}`])('tries the name %s before any work', (name) => {
    expect(() =>
      checkPaths({ json: join(folder, name) + (name.endsWith('/') ? '/' : '') }),
    ).toThrow(/^`--json` must be a file in an existing folder that can be written/);
    if (name.length > 2) {
      expect(() => checkPaths({ save: join(folder, name) })).toThrow(/^`--save` .*ENAMETOOLONG/);
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  /** Whatever names two paths have, one file is never written twice, nor read and written. */
  it.skipIf(process.platform === 'win32')('finds any two paths that are one file', () => {
    const work = mkdtempSync(join(tmpdir(), 'mnist bench paths '));
    mkdirSync(join(work, 'real'));
    mkdirSync(join(work, 'model'));
    symlinkSync('real', join(work, 'linked'));
    writeFileSync(join(work, 'real', 'there'), 'kept');
    linkSync(join(work, 'real', 'there'), join(work, 'hard'));
    symlinkSync('real/there', join(work, 'soft'));
    symlinkSync('real/new', join(work, 'dangling'));
    // Every spelling of each of two files.
    const spellings = [
      ['real/there', 'linked/there', 'real/../linked/./there', 'hard', 'soft'],
      ['real/new', 'linked/new', 'dangling', './real//new'],
    ];
    const spelled = (paths: readonly string[]) =>
      fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...paths));
    const option = fc.constantFrom('json', 'csv', 'markdown', 'svg', 'html');
    fc.assert(
      fc.property(
        fc.oneof(...spellings.map(spelled)),
        option,
        fc.constantFrom('json', 'csv', 'markdown', 'svg', 'html', 'config', 'python', 'results'),
        ([a, b], one, other) => {
          fc.pre(one !== other);
          expect(() => checkPaths({ [one]: `${work}/${a}`, [other]: `${work}/${b}` })).toThrow(
            'must be another file than',
          );
        },
      ),
    );
    const at = (name: string) => join(work, name);
    expect(() => checkPaths({ results: at('a'), json: at('real/../a.lock') })).toThrow('the lock');
    expect(() => checkPaths({ results: at('a'), config: at('a.lock') })).toThrow('the lock');
    expect(() => checkPaths({ save: at('model'), json: at('model/model.json') })).toThrow('--save');
    expect(() => checkPaths({ save: at('new'), json: at('new/model.json') })).toThrow('--json');
    expect(() => checkPaths({ data: at('real'), json: at('soft') })).toThrow('a file of --data');
    checkPaths({ json: at('soft'), csv: at('dangling'), save: at('model'), results: at('r') });
    expect(readFileSync(at('hard'), 'utf8')).toBe('kept');
    expect(readdirSync(at('real'))).toEqual(['there']);
    rmSync(work, { recursive: true });
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
