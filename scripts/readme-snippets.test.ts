import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { workspaceFolders } from './fingerprint.js';
import { ownFaults } from './packaging/declarations.ts';
import { snippetsOf } from './packaging/snippets.ts';
import { root } from './setup.js';
import { toolCommand } from './tool.js';

// The snippets of every README, on the sources. The packaging tests also run those of published
// packages, as a user has them.
const folder = mkdtempSync(join(tmpdir(), 'kernel-methods-snippets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workspace = ['.', ...workspaceFolders(root)];
const snippets = workspace.flatMap((of) =>
  globSync('README.md', { cwd: join(root, of) }).flatMap((readme) =>
    snippetsOf(readFileSync(join(root, of, readme), 'utf8')).map(({ line, code }) => ({
      file: `${of === '.' ? 'root' : of.replace(/\W/g, '-')}-${line}.ts`,
      code,
    })),
  ),
);

function makeProject(): void {
  const link = (name: string, target: string) => {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(target, join(folder, 'node_modules', name), 'junction');
  };
  for (const of of workspaceFolders(root)) {
    const { name } = JSON.parse(readFileSync(join(root, of, 'package.json'), 'utf8'));
    link(name, join(root, of));
  }
  link('@tensorflow', join(root, 'packages/test-utils/node_modules/@tensorflow'));
  link('@types', join(root, 'node_modules/@types'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('package.json', '{ "private": true, "type": "module" }');
  for (const { file, code } of snippets) write(file, `${code}\nexport {};\n`);
  const compilerOptions = { noEmit: true, noUnusedLocals: false, noUnusedParameters: false };
  const files = snippets.map(({ file }) => file);
  const config = { extends: join(root, 'tsconfig.base.json'), files, compilerOptions };
  write('tsconfig.json', JSON.stringify(config));
}
makeProject();

test('the types of all snippets hold', async () => {
  expect(snippets.length).toBeGreaterThan(50);
  expect(await ownFaults(toolCommand('typescript', 'tsc', ['-p', folder]), folder)).toEqual([]);
});
