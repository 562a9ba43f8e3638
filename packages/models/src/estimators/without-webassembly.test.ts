import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

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
      expect(Object.keys(report.results)).toEqual(Object.keys(results));
      const differences = Object.entries(report.results).map(
        ([name, numbers]) => [name, differenceOf(numbers, results[name])] as const,
      );
      const wrong = differences.filter(([name, difference]) => !(difference < toleranceFor(name)));
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});

/** EigenPro's large steps multiply float32's rounding: two builds in WebAssembly differ by 6e-5 as well. */
const toleranceFor = (name: string) => (name.includes('eigenpro') ? 1e-4 : 1e-5);

/** The largest difference, as a share of the largest number or of 1. */
function differenceOf(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  expect(actual.length).toBeGreaterThan(0);
  const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0) / size;
}
