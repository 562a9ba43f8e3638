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
});
