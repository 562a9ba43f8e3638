export interface SpecCounts {
  passed: number;
  failed: number;
  /** Switched off by tfjs itself (`xit`). */
  off: number;
  /** Left out by `--filter`. */
  left: number;
  failures: { name: string; messages: string[] }[];
}

interface SpecResult {
  fullName: string;
  status: string;
  failedExpectations: { message: string; stack?: string }[];
}

interface JasmineEnv {
  configure(options: object): void;
  addReporter(reporter: object): void;
}

/** Counts what jasmine reports. With a filter, only the specs whose full name contains it run. */
export function countSpecs(env: JasmineEnv, filter: string): SpecCounts {
  const counts: SpecCounts = { passed: 0, failed: 0, off: 0, left: 0, failures: [] };
  env.configure({
    specFilter: (spec: { getFullName(): string }) => spec.getFullName().includes(filter),
  });
  env.addReporter({
    specDone(result: SpecResult) {
      if (result.status === 'passed') counts.passed++;
      else if (result.status === 'pending') counts.off++;
      else if (result.status === 'excluded') counts.left++;
      else {
        counts.failed++;
        counts.failures.push({
          name: result.fullName,
          messages: result.failedExpectations.map(({ message }) => message),
        });
      }
    },
    suiteDone(result: SpecResult) {
      if (result.failedExpectations.length === 0) return;
      counts.failed++;
      counts.failures.push({
        name: result.fullName,
        messages: result.failedExpectations.map(({ message }) => message),
      });
    },
  });
  return counts;
}
