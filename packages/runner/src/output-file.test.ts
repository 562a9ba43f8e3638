import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { tryOutput, tryOutputFolder, writeText } from './output-file.ts';

const root = mkdtempSync(join(tmpdir(), 'runner outputs '));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
let nth = 0;
beforeEach(() => {
  folder = join(root, `${nth++}`);
  mkdirSync(folder);
});
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

/** Tries and writes, as a program does. */
function write(name: string, content: string): void {
  tryOutput(at(name))();
  writeText(at(name), content);
}

describe.skipIf(process.platform === 'win32')('an output', () => {
  it('is replaced whole and keeps its mode', () => {
    writeFileSync(at('a'), 'old and long');
    chmodSync(at('a'), 0o640);
    write('a', 'new');
    expect(read('a')).toBe('new');
    expect(statSync(at('a')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('goes where a link leads, which stays a link, also if nothing is there yet', () => {
    mkdirSync(at('elsewhere'));
    symlinkSync('elsewhere/file', at('link'));
    symlinkSync('link', at('second'));
    write('second', 'one');
    expect(read('elsewhere/file')).toBe('one');
    write('link', 'two');
    expect(read('elsewhere/file')).toBe('two');
    expect([readlinkSync(at('link')), readlinkSync(at('second'))]).toEqual([
      'elsewhere/file',
      'link',
    ]);
    expect(readdirSync(at('elsewhere'))).toEqual(['file']);
  });

  it('is written through where the file has other names', () => {
    writeFileSync(at('a'), 'old and long');
    linkSync(at('a'), at('b'));
    write('a', 'new');
    expect(read('b')).toBe('new');
    expect(statSync(at('a')).nlink).toBe(2);
  });

  it('goes into a pipe, whose reader gets all of it', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    // The reader writes to a file, since this thread waits while it writes.
    const reader = spawn('cat', [at('pipe')], {
      stdio: ['ignore', openSync(at('out'), 'w'), 'inherit'],
    });
    const closed = once(reader, 'close');
    const long = 'x'.repeat(1e6);
    write('pipe', long);
    await closed;
    expect(read('out')).toBe(long);
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
  });

  it('is standard output itself where that is a file', () => {
    const program = `
      import { tryOutput, writeText } from ${JSON.stringify(new URL('output-file.ts', import.meta.url).href)};
      console.log('before');
      tryOutput('/dev/stdout')();
      writeText('/dev/stdout', 'between\\n');
      console.log('after');
    `;
    const out = openSync(at('out'), 'w');
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', out, 'inherit'],
    });
    expect(read('out')).toBe('before\nbetween\nafter\n');
  });

  it('takes the longest name that the system takes', () => {
    write('n'.repeat(255), 'new');
    expect(readdirSync(folder)).toEqual(['n'.repeat(255)]);
  });

  it('that cannot be written is found in a trial, which leaves nothing behind', () => {
    mkdirSync(at('folder'));
    symlinkSync('loop', at('loop'));
    writeFileSync(at('file'), 'kept');
    for (const name of ['folder', 'new/', 'none/new', 'file/new', 'n'.repeat(256), 'loop']) {
      expect(() => tryOutput(at(name)), name).toThrow();
    }
    for (const name of [
      'file',
      'file/new',
      'n'.repeat(256),
      `${'n'.repeat(255)}/${'n'.repeat(256)}`,
    ]) {
      expect(() => tryOutputFolder(at(name)), name).toThrow();
    }
    tryOutputFolder(at('new/folder'))();
    tryOutput(at('new'))();
    tryOutput(at('file'))();
    expect(read('file')).toBe('kept');
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder', 'loop']);
  });
});
