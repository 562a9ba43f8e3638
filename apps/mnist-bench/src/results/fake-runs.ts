import type { Reliability } from '@kernel-methods/report/plots';
import { complete } from '../options/complete.ts';
import type { Comparison } from '../records/comparison.ts';
import type { OpenReport, RunRecord } from '../records/run-record.ts';
import { createComparison } from './summarize.ts';

/** What a test says of a run; the rest is made up. */
export interface Fake extends Partial<Omit<RunRecord, 'outcome'>> {
  readonly accuracy?: number | null;
  readonly memory?: number;
  readonly checksum?: string;
  readonly testRows?: number;
  readonly dataset?: string;
  readonly open?: OpenReport;
  readonly reliability?: Reliability;
}

/** A run as the runner records it. */
export function fakeRun({
  accuracy = 0.97,
  memory = 1e9,
  checksum = 'abc',
  testRows = 10_000,
  dataset = 'mnist',
  open,
  reliability,
  ...given
}: Fake = {}): RunRecord {
  const { variant = 'gaussian, hinge', system = 'kernel-methods', seed = 0, repeat = 0 } = given;
  const { processSeconds = 10, status = 'done' } = given;
  const config = given.config ?? complete({ seed });
  return {
    version: 1,
    key: JSON.stringify([variant, system, seed, repeat]),
    system,
    variant,
    seed,
    repeat,
    config,
    startedAt: '2026-11-22T08:00:00.000Z',
    status,
    reason: null,
    processSeconds,
    outcome:
      status === 'done'
        ? {
            dataset: {
              name: dataset,
              origin: 'cache',
              checksum,
              rows: { train: 48_000, validation: 12_000, test: testRows },
            },
            epochs: [],
            testAccuracy: accuracy,
            testLoss: 0.1,
            confusion: null,
            worst: null,
            seconds: {
              load: 1,
              features: 2,
              train: processSeconds - 4,
              validate: null,
              predict: 0.5,
              save: null,
              total: processSeconds - 0.5,
            },
            peakMemory: memory,
            versions: {},
            ...(open && { open }),
            ...(reliability && { reliability }),
          }
        : null,
    ...given,
  };
}

export const fakeMachine: Comparison['machine'] = {
  platform: 'linux x64',
  cpu: 'A CPU',
  cores: 2,
  memory: 16e9,
  node: '24.1.0',
};

export function fakeComparison(
  records: readonly RunRecord[],
  given: Partial<Comparison> = {},
): Comparison {
  return {
    ...createComparison({
      records,
      skipped: [],
      aborted: false,
      startedAt: '2026-11-22T08:00:00.000Z',
      machine: fakeMachine,
      sort: 'accuracy',
    }),
    ...given,
  };
}
