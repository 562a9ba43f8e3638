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
import { path } from '@kernel-methods/runner/options';
import { tellLane } from '@kernel-methods/test-utils/lanes';
import { afterAll, describe, expect, it } from 'vitest';
import { checkPaths } from './check-paths.ts';
import { comparisonOptions } from './comparison-options.ts';
import { options } from './options.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist bench '));
const file = join(folder, 'file');
writeFileSync(file, '');
afterAll(() => rmSync(folder, { recursive: true }));

const pathOptions = Object.entries({ ...options, ...comparisonOptions })
  .filter(([, { rule }]) => (rule as unknown) === path)
  .map(([name]) => name);
/** Those that are read: two of them may be one file. */
const inputs = ['config', 'python'];

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
    writeFileSync(join(work, 'model', 'model.json'), '');
    symlinkSync('model', join(work, 'linked model'));
    // Every spelling of each of two files, and of two folders.
    const spellings = [
      ['real/there', 'linked/there', 'real/../linked/./there', 'hard', 'soft'],
      ['real/new', 'linked/new', 'dangling', './real//new'],
    ];
    const foldersOf = { real: ['real', 'linked', './real/'], model: ['model', 'linked model'] };
    const refused = (paths: Record<string, string>, rule: string) => {
      const full = Object.entries(paths).map(([name, path]) => [name, `${work}/${path}`]);
      expect(() => checkPaths(Object.fromEntries(full)), JSON.stringify(paths)).toThrow(rule);
      tried++;
    };
    let tried = 0;
    // Of every option that is a path, so that none is forgotten.
    const ofFiles = pathOptions.filter((name) => !['data', 'save'].includes(name));
    for (const one of ofFiles) {
      for (const other of ofFiles.slice(ofFiles.indexOf(one) + 1)) {
        if (inputs.includes(one) && inputs.includes(other)) continue;
        for (const names of spellings) {
          for (const a of names) {
            for (const b of names) refused({ [one]: a, [other]: b }, 'must be another file than');
          }
        }
      }
      for (const save of foldersOf.model) {
        for (const folder of foldersOf.model) {
          refused({ save, [one]: `${folder}/model.json` }, 'must be another file than');
          refused({ save, [one]: `${folder}/weights.bin` }, 'must be another file than');
        }
      }
      if (inputs.includes(one)) continue;
      for (const data of foldersOf.real) {
        for (const path of spellings[0]) refused({ data, [one]: path }, 'a file of --data');
      }
    }
    for (const save of foldersOf.model) {
      for (const data of foldersOf.model) refused({ save, data }, 'must be another file than');
    }
    tellLane('paths that are one file', { pairs: tried });
    rmSync(join(work, 'model', 'model.json'));
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
