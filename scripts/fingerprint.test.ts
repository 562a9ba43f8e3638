import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint, workspaceFolders } from './fingerprint.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint '));
  for (const folder of ['packages/a', 'apps/b', 'packages/no-manifest']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) write(file, file);
  write('packages/a/package.json', '{}');
  write('apps/b/package.json', '{}');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(root, file), text);

test('lists the folders with a manifest', () => {
  expect(workspaceFolders(root)).toEqual(['packages/a', 'apps/b']);
});

test('stays the same while nothing that counts changes', () => {
  const before = fingerprint(root);
  write('README.md', 'new');
  write('packages/a/code.ts', 'new');
  expect(fingerprint(root)).toBe(before);
});

test.each([
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'package.json',
  'packages/a/package.json',
  'apps/b/package.json',
  'packages/no-manifest/package.json',
])('changes with %s', (file) => {
  const before = fingerprint(root);
  write(file, '{ "changed": true }');
  expect(fingerprint(root)).not.toBe(before);
});

test('changes when a package is renamed', () => {
  const before = fingerprint(root);
  renameSync(join(root, 'packages/a'), join(root, 'packages/c'));
  expect(fingerprint(root)).not.toBe(before);
});
