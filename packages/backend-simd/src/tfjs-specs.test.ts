import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/tfjs-specs.ts', import.meta.url));

async function specs(...options: string[]) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@kernel-methods/source', script, ...options],
    { maxBuffer: 2 ** 26 },
  ).catch((failed: { stdout: string }) => failed);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');
}

// The 5 are switched off by tfjs itself.
const all = { passed: 4227, failed: 0, off: 5, left: 0, failures: [] };

describe("tfjs-core's own specs", () => {
  it('pass on cpu: the harness runs them all', async () => {
    expect(await specs('--backend', 'cpu')).toMatchObject(all);
  });

  it('pass on simd with one thread', async () => {
    expect(await specs('--threads', '1')).toMatchObject({ ...all, joined: 0 });
  });

  it('pass on simd with two threads', async () => {
    expect(await specs('--threads', '2')).toMatchObject({ ...all, joined: 1 });
  });
});
