import { existsSync, readFileSync } from 'node:fs';

/**
 * What vitest's JSON report says, as counts. A file that fails before its first test, or a run
 * that fails although no test did, counts as one failure: no failed run has 0 failed.
 *
 * @param {string} reportFile
 * @param {number} exitCode vitest's
 */
export function totals(reportFile, exitCode) {
  let passed = 0;
  let failed = 0;
  if (existsSync(reportFile)) {
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    passed = report.numPassedTests;
    failed = report.numFailedTests;
    for (const { status, assertionResults } of report.testResults) {
      if (status === 'failed' && assertionResults.length === 0) failed += 1;
    }
  }
  if (exitCode !== 0 && failed === 0) failed = 1;
  return { passed, failed };
}
