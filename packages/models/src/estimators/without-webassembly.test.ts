import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { differences } from '../fixtures/every-solver.ts';

interface Report {
  readonly variant: string;
  readonly why?: string;
  readonly numerics: string;
  readonly results: Record<string, number[]>;
}

async function train(webAssembly: 'present' | 'removed' | 'refused'): Promise<Report> {
  const program = fileURLToPath(new URL('../fixtures/without-webassembly.ts', import.meta.url));
  const args = ['--conditions=@kernel-methods/source', program, webAssembly];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout);
}

describe('every estimator, loss and solver without WebAssembly', () => {
  const expected = train('present');
  expected.catch(() => {}); // each test that awaits it reports it

  it.each([
    ['removed', 'There is no WebAssembly here.'],
    ['refused', 'WebAssembly cannot be compiled here: refused by policy'],
  ] as const)(
    'comes to the same where it is %s',
    async (how, why) => {
      const { results } = await expected;
      expect(Object.keys(results).length).toBeGreaterThan(40);
      const report = await train(how);
      expect(report).toMatchObject({ variant: 'javascript', numerics: 'simd', why });
      expect(differences(report.results, results)).toEqual([]);
    },
    240_000,
  );
});
