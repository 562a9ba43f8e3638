import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './setup.js';

const name = `native.${process.platform}-${process.arch}.node`;
const addon = join(root, 'packages/native', name);
const why =
  process.platform !== 'linux'
    ? ' (skipped: Linux alone loads what is cut off)'
    : existsSync(addon)
      ? ''
      : ' (skipped: no native engine is built)';

describe.skipIf(why !== '')(`the loader of the native engine${why}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'native-loader-'));
    mkdirSync(join(folder, 'src'));
    copyFileSync(join(root, 'packages/native/src/index.cjs'), join(folder, 'src/index.cjs'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const load = () =>
    spawnSync(
      process.execPath,
      ['-e', "console.log(require('./src/index.cjs').load().kernelNames().length > 9)"],
      { cwd: folder, encoding: 'utf8' },
    );

  it('loads an addon that is whole', () => {
    copyFileSync(addon, join(folder, name));
    expect(load().stdout).toBe('true\n');
  });

  it.each([0.1, 0.5, 0.999])('refuses one of which %d is there, in words', (share) => {
    const bytes = readFileSync(addon);
    writeFileSync(join(folder, name), bytes.subarray(0, Math.floor(share * bytes.length)));
    const { signal, status, stderr } = load();
    expect([signal, status]).toEqual([null, 1]);
    expect(stderr).toMatch(/is cut off: it has \d+ of \d+ bytes/);
  });

  it.each<[string, (path: string) => void, string]>([
    ['a text', (path) => writeFileSync(path, 'x'.repeat(1000)), 'is not a library of Linux'],
    [
      'one for another processor',
      (path) => writeFileSync(path, otherProcessor()),
      'is for another processor than ',
    ],
    ['a pipe', (path) => void spawnSync('mkfifo', [path]), 'is not a file'],
  ])('refuses %s, in words', (_, make, said) => {
    rmSync(join(folder, name), { force: true });
    make(join(folder, name));
    const { signal, status, stderr } = load();
    rmSync(join(folder, name), { recursive: true });
    expect([signal, status]).toEqual([null, 1]);
    expect(stderr).toContain(said);
  });

  function otherProcessor(): Buffer {
    const bytes = readFileSync(addon);
    // EM_S390, on which there is no Node of ours.
    bytes.writeUInt16LE(22, 18);
    return bytes;
  }
});
