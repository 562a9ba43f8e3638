import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../setup.js';
import { importFaults } from './check.ts';
import { buildings } from './floors.ts';
import { rules } from './rules.ts';

const low = 'packages/models/src/runtime/low.ts';
const high = 'packages/models/src/solvers/high.ts';

it('is content where imports go down', async () => {
  const files = { [low]: 'export const a = 1;', [high]: "export * from '../runtime/low.ts';" };
  expect(await faultsOf(files)).toEqual([]);
});

it('finds an import of a higher folder', async () => {
  const files = { [high]: 'export const a = 1;', [low]: "export * from '../solvers/high.ts';" };
  expect(await faultsOf(files)).toEqual([
    `packages/models/src: runtime imports nothing above it: ${low} → ${high}`,
  ]);
});

it('finds an import of a higher folder that brings a type only', async () => {
  const files = {
    [high]: 'export type A = 1;',
    [low]: "import type { A } from '../solvers/high.ts';\nexport type B = A;",
  };
  expect(await faultsOf(files)).toHaveLength(1);
});

it('lets a test import upwards', async () => {
  const test = 'packages/models/src/runtime/low.test.ts';
  const files = { [high]: 'export const a = 1;', [test]: "export * from '../solvers/high.ts';" };
  expect(await faultsOf(files)).toEqual([]);
});

it('finds an import of a package that is not below', async () => {
  const files = {
    'packages/random/src/index.ts': "export * from '../../models/src/index.ts';",
    'packages/models/src/index.ts': 'export const a = 1;',
  };
  expect(await faultsOf(files)).toEqual([
    'a package is imported by its name: packages/random/src/index.ts → packages/models/src/index.ts',
    'random imports check only: packages/random/src/index.ts → packages/models/src/index.ts',
  ]);
});

it('finds an import of a package that is to be loaded late', async () => {
  const user = 'packages/models/src/runtime/tables.ts';
  const table = "'../../../tables/src/index.ts'";
  const lateFaults = async (text: string) => {
    const files = { 'packages/tables/src/index.ts': 'export const a = 1;', [user]: text };
    return (await faultsOf(files)).filter((fault) => fault.startsWith('models loads'));
  };
  expect(await lateFaults(`export const a = () => import(${table});`)).toEqual([]);
  expect(await lateFaults(`export * from ${table};`)).toEqual([
    `models loads tables when it is used: ${user} → packages/tables/src/index.ts`,
  ]);
});

it('finds a file of another package that is imported by its path', async () => {
  const files = {
    'apps/some/src/main.ts': "export * from '../../../packages/random/src/inner.ts';",
    'packages/random/src/inner.ts': 'export const a = 1;',
  };
  expect(await faultsOf(files)).toEqual([
    'a package is imported by its name: apps/some/src/main.ts → packages/random/src/inner.ts',
  ]);
});

it('knows the floor of every folder and file', () => {
  for (const { source, floors } of buildings) {
    const there = readdirSync(join(root, source)).filter((name) => !/fixtures|\.test\./.test(name));
    expect(there.toSorted(), source).toEqual(floors.flat().toSorted());
  }
});

it.each(['packages/random/src', 'apps/some/src', 'scripts'])(
  'finds a circle of types in %s',
  async (folder) => {
    const files = {
      [`${folder}/a.ts`]: "import type { B } from './b.ts';\nexport type A = B | 1;",
      [`${folder}/b.ts`]: "import type { A } from './a.ts';\nexport type B = A | 2;",
    };
    const faults = await faultsOf(files);
    expect(faults).not.toEqual([]);
    for (const fault of faults) expect(fault).toMatch(/^no circles: /);
  },
);

async function faultsOf(files: Record<string, string>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-imports-')));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return await importFaults(folder, rules());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
