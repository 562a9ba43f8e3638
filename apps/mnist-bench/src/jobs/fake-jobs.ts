import type { Job } from '../records/job.ts';
import type { Outcome, RunRecord } from '../records/run-record.ts';

/** What a run of a test reached. */
export const outcome: Outcome = {
  dataset: null,
  epochs: [],
  testAccuracy: 0.97,
  testLoss: null,
  confusion: null,
  worst: null,
  seconds: {
    load: 1,
    features: null,
    train: 2,
    validate: null,
    predict: null,
    save: null,
    total: 3,
  },
  peakMemory: 250e6,
  versions: {},
};

export function createJob(variant: string, seed = 0, script = ''): Job {
  return {
    key: `${variant}, ${seed}`,
    system: 'numpy',
    variant,
    seed,
    repeat: 0,
    config: { rows: 300 },
    command: { file: process.execPath, args: ['--input-type=module', '--eval', script] },
  };
}

export function createRecord(
  { command: _command, ...job }: Job,
  rest: Partial<RunRecord> = {},
): RunRecord {
  return {
    version: 1,
    ...job,
    startedAt: '2026-01-02T03:04:05.678Z',
    status: 'done',
    reason: null,
    processSeconds: 4,
    outcome,
    ...rest,
  };
}
