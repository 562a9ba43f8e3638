import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { platformManifest } from './publish-native.js';
import { root } from './setup.js';

const main = JSON.parse(readFileSync(join(root, 'packages/native/package.json'), 'utf8'));
const packages = main.napi.targets.map((target: string) => platformManifest(main, target));

it('every target has a package of its own, which npm chooses by system, processor and C library', () => {
  const chosen = packages.map(({ name, os, cpu, libc }: ReturnType<typeof platformManifest>) => [
    name.replace('@kernel-methods/native-', ''),
    ...os,
    ...cpu,
    ...(libc ?? []),
  ]);
  expect(chosen).toEqual([
    ['linux-x64-gnu', 'linux', 'x64', 'glibc'],
    ['linux-x64-musl', 'linux', 'x64', 'musl'],
    ['linux-arm64-gnu', 'linux', 'arm64', 'glibc'],
    ['linux-arm64-musl', 'linux', 'arm64', 'musl'],
    ['darwin-x64', 'darwin', 'x64'],
    ['darwin-arm64', 'darwin', 'arm64'],
    ['win32-x64-msvc', 'win32', 'x64'],
    ['win32-arm64-msvc', 'win32', 'arm64'],
  ]);
});

it('the loader asks for a package of this machine', () => {
  const loader = readFileSync(join(root, 'packages/native/src/index.cjs'), 'utf8');
  for (const word of ['-gnu', '-musl', '-msvc']) expect(loader).toContain(word);
  const here = packages.filter(
    ({ os, cpu }: ReturnType<typeof platformManifest>) =>
      os[0] === process.platform && cpu[0] === process.arch,
  );
  expect(here.length).toBeGreaterThan(0);
});

it('a target that is not known is an error', () => {
  expect(() => platformManifest(main, 'riscv64-unknown-linux-gnu')).toThrow(
    'No package is known for riscv64-unknown-linux-gnu.',
  );
});
