import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('leaves the work to cpu where WebAssembly cannot run', async () => {
  const program = fileURLToPath(new URL('./fixtures/without-webassembly.ts', import.meta.url));
  const args = ['--conditions=@kernel-methods/source', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  expect(JSON.parse(stdout)).toEqual({ backend: 'cpu', sum: [2, 3], warned: true });
});
