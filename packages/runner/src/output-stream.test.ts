import { execFileSync, spawn } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openText } from './output-stream.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-stream-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const write = (path: string, ...texts: string[]) => {
  const output = openText(path);
  for (const text of texts) output.write(text);
  return output;
};

it('replaces a file at once, when it is closed', () => {
  writeFileSync(at('a'), 'old', { mode: 0o640 });
  const output = write(at('a'), 'one\n', 'two\n');
  expect(readFileSync(at('a'), 'utf8')).toBe('old');
  output.close();
  expect(readFileSync(at('a'), 'utf8')).toBe('one\ntwo\n');
  expect(lstatSync(at('a')).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['a']);
});

it('leaves what was there if it is given up', () => {
  writeFileSync(at('a'), 'old');
  write(at('a'), 'new').discard();
  write(at('b'), 'new').discard();
  expect(readFileSync(at('a'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a']);
});

it('follows links, and writes a file with two names in place', () => {
  writeFileSync(at('a'), 'old');
  symlinkSync('a', at('link'));
  write(at('link'), 'by link').close();
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('a'), 'utf8')).toBe('by link');
  linkSync(at('a'), at('other'));
  write(at('a'), 'both').close();
  expect(readFileSync(at('other'), 'utf8')).toBe('both');
});

it('writes through a device', () => {
  write('/dev/null', 'gone').close();
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
});

it.skipIf(process.platform === 'win32')('writes more through a pipe than it holds', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const reader = spawn('wc', ['-c', at('pipe')]);
  let told = '';
  reader.stdout.on('data', (text) => {
    told += text;
  });
  const ended = new Promise((resolve) => reader.once('close', resolve));
  write(at('pipe'), 'x'.repeat(300_000), 'y'.repeat(10)).close();
  await ended;
  expect(told.trim().split(/\s+/)[0]).toBe('300010');
});

it('refuses a folder', () => {
  expect(() => openText(`${folder}/`)).toThrow('EISDIR');
  expect(() => openText(at('missing/x'))).toThrow('ENOENT');
});
