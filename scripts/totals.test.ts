import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { totals } from './totals.js';

const broken = { status: 'failed', assertionResults: [] };
const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
const passing = { status: 'passed', assertionResults: [{ status: 'passed' }] };

test.each([
  { title: 'all pass', tests: [3, 0], files: [passing], code: 0, sum: [3, 0] },
  { title: 'one fails', tests: [2, 1], files: [failing, passing], code: 1, sum: [2, 1] },
  { title: 'a file does not load', tests: [2, 0], files: [broken, passing], code: 1, sum: [2, 1] },
  { title: 'both', tests: [2, 1], files: [broken, failing], code: 1, sum: [2, 2] },
  { title: 'only the run fails', tests: [2, 0], files: [passing], code: 1, sum: [2, 1] },
])('counts: $title', ({ tests, files, code, sum }) => {
  const folder = mkdtempSync(join(tmpdir(), 'totals-'));
  try {
    const file = join(folder, 'report.json');
    const [numPassedTests, numFailedTests] = tests;
    writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, testResults: files }));
    expect(totals(file, code)).toEqual({ passed: sum[0], failed: sum[1] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a run without a report is one failure', () => {
  expect(totals(join(tmpdir(), 'no-such-report.json'), 1)).toEqual({ passed: 0, failed: 1 });
});
