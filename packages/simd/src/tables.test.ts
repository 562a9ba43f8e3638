import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCurrent = async (folder: string): Promise<boolean> => {
  const script = await import(pathToFileURL(join(folder, 'scripts/build-wasm.js')).href);
  return script.isCurrent();
};

it('the generated modules are those of the sources', async () => {
  expect(await isCurrent(root)).toBe(true);
});

it('notices a change in the assembly, in a table and in a generated module that is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simd-'));
  try {
    for (const part of ['assembly', 'scripts', 'src/wasm', 'src/worker.js']) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    expect(await isCurrent(folder)).toBe(true);
    rmSync(join(folder, 'src/wasm/tables.ts'));
    expect(await isCurrent(folder)).toBe(false);
    cpSync(join(root, 'src/wasm/tables.ts'), join(folder, 'src/wasm/tables.ts'));
    for (const file of ['blocks', 'operations', 'gemm']) {
      expect(await isCurrent(folder)).toBe(true);
      appendFileSync(join(folder, `assembly/${file}.ts`), '\n');
      expect(await isCurrent(folder)).toBe(false);
      cpSync(join(root, `assembly/${file}.ts`), join(folder, `assembly/${file}.ts`));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
