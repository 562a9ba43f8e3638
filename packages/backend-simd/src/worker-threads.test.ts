import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('trains in several worker threads at once, and the process ends by itself', async () => {
  const program = fileURLToPath(new URL('./fixtures/in-threads.ts', import.meta.url));
  const args = ['--conditions=@kernel-methods/source', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  const one = { backend: 'simd', products: [300, 300], weights: [3, 1] };
  expect(JSON.parse(stdout)).toEqual([one, one, one, one]);
  expect(stderr).toBe('');
});
