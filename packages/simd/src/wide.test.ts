import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { instances } from './fixtures/lab.ts';
import { matmul, type Simd } from './index.ts';

const flag = '--experimental-wasm-revectorize';
const knows = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).includes(flag);
const program = fileURLToPath(new URL('./fixtures/wide-check.ts', import.meta.url));

async function run(...flags: string[]) {
  const source = ['--conditions=@kernel-methods/source', '--disable-warning=ExperimentalWarning'];
  const { stdout } = await promisify(execFile)(process.execPath, [...source, ...flags, program]);
  return JSON.parse(stdout) as { variant: string; errors: (number | null)[] }[];
}

it
  .runIf(knows && process.arch === 'x64')
  .each([[[flag, '--no-liftoff']], [[flag.replace('-wasm-', '_wasm_')]]])(
  'products agree with float64 loops where V8 joins vectors: %s',
  async (flags) => {
    const results = await run(...flags);
    expect(results.map(({ variant }) => variant)).toEqual(['wide', 'wide']);
    for (const { errors } of results) {
      expect(errors).toHaveLength(20);
      for (const error of errors) expect(error).toBeLessThanOrEqual(1);
    }
  },
);

it('is not chosen without the flag', async () => {
  for (const { variant } of await run()) expect(variant).not.toBe('wide');
});

// The same order of the same fused steps: only the shape of the tiles differs.
it('gives the bits of the relaxed build', () => {
  const all = instances().map(([, simd]) => simd);
  const [m, n, k] = [47, 61, 900];
  const a = Float32Array.from({ length: m * k }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(3 * i));
  const [relaxed, wide] = ['relaxed', 'wide'].map(
    (variant) => all.find((simd) => simd.variant === variant) as Simd,
  );
  expect(matmul(wide, a, b, { m, n, k })).toEqual(matmul(relaxed, a, b, { m, n, k }));
});
