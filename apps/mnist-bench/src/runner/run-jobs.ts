import type { Job } from '../comparison/job.ts';
import type { RunRecord } from '../comparison/record.ts';
import { type Launch, runChild } from './child.ts';
import type { Live } from './live.ts';
import type { ResultsFile } from './results-file.ts';
import { variantKey } from './variant-key.ts';

export interface RunJobsOptions {
  readonly store: Pick<ResultsFile, 'records' | 'append'>;
  readonly live: Live;
  readonly signal: AbortSignal;
  /** The most that a run may take. */
  readonly timeoutSeconds?: number;
  /** Runs of each variant that go before its first one and are not recorded. */
  readonly warmup?: number;
  readonly launch?: Launch;
}

/**
 * Runs the jobs one after the other and stores what becomes of each as it comes. What the store
 * holds as done is not run again; what failed or ran too long is. A failure loses one run alone; an
 * abort ends the run under way and keeps the others. Returns the jobs' records, in their order.
 *
 * @throws what the store throws: what was written before is there.
 */
export async function runJobs(
  jobs: readonly Job[],
  { store, live, signal, timeoutSeconds, warmup = 0, launch = runChild }: RunJobsOptions,
): Promise<RunRecord[]> {
  const run = (job: Job) =>
    launch(job, { signal, timeoutSeconds, onMessage: (message) => live.message(message) });
  const done = new Set<string>();
  for (const record of store.records()) {
    if (record.status !== 'done') continue;
    done.add(record.key);
    live.known(record);
  }
  const warm = new Set<string>();
  try {
    for (const job of jobs) {
      if (done.has(job.key)) continue;
      const variant = variantKey(job);
      if (!warm.has(variant)) {
        warm.add(variant);
        for (let i = 0; i < warmup && !signal.aborted; i++) {
          live.start(job, true);
          const tried = await run(job);
          if (tried?.status !== 'done') break; // the recorded run will tell why
        }
      }
      if (signal.aborted) break;
      live.start(job, false);
      const record = await run(job);
      if (record === null) break;
      store.append(record);
      done.add(job.key);
      live.end(record);
    }
  } finally {
    live.close();
  }
  return recordsOf(jobs, store);
}

/**
 * What is known of the jobs, in their order. A record that another comparison left under the same key
 * is called as it is called in this one.
 */
export function recordsOf(jobs: readonly Job[], store: Pick<ResultsFile, 'records'>): RunRecord[] {
  const records = new Map(store.records().map((record) => [record.key, record]));
  return jobs.flatMap(({ key, variant }) => {
    const record = records.get(key);
    return record ? [{ ...record, variant }] : [];
  });
}
