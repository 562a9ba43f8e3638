import type { Job } from './child.ts';
import type { ResultsFile } from './results-file.ts';

/** What is left of a job that ended. */
export interface JobRecord {
  readonly key: string;
  readonly status: 'done' | 'failed' | 'timeout';
}

/** Hears how the jobs go, to show it. */
export interface Watch<J extends Job, M, R extends JobRecord> {
  /** A run that was done before and is not run again. */
  known(record: R): void;
  start(job: J, warmup: boolean): void;
  message(message: M): void;
  end(record: R): void;
  close(): void;
}

/** Runs a job to its end. An aborted one leaves no record: null. */
export type Launch<J extends Job, M, R extends JobRecord> = (
  job: J,
  options: {
    readonly signal: AbortSignal;
    readonly timeoutSeconds?: number;
    onMessage(message: M): void;
  },
) => Promise<R | null>;

export interface RunJobsOptions<J extends Job, M, R extends JobRecord> {
  readonly store: Pick<ResultsFile<R>, 'records' | 'append'>;
  readonly live: Watch<J, M, R>;
  readonly signal: AbortSignal;
  /** The most that a run may take. */
  readonly timeoutSeconds?: number;
  /** Runs of each group that go before its first one and are not recorded. Default 0. */
  readonly warmup?: number;
  /** Equal for jobs that need one warm-up together. Default: each job is a group. */
  readonly groupOf?: (job: J) => string;
  readonly launch: Launch<J, M, R>;
}

/**
 * Runs the jobs one after the other and stores what becomes of each as it comes. What the store
 * holds as done is not run again; what failed or ran too long is. A failure loses one run alone; an
 * abort ends the run under way and keeps the others. Returns the jobs' records, in their order.
 *
 * @throws what the store throws: what was written before is there.
 */
export async function runJobs<J extends Job, M, R extends JobRecord>(
  jobs: readonly J[],
  {
    store,
    live,
    signal,
    timeoutSeconds,
    warmup = 0,
    groupOf = ({ key }) => key,
    launch,
  }: RunJobsOptions<J, M, R>,
): Promise<R[]> {
  const run = (job: J) =>
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
      const group = groupOf(job);
      if (!warm.has(group)) {
        warm.add(group);
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

/** What is known of the jobs, in their order. */
export function recordsOf<R extends JobRecord>(
  jobs: readonly Pick<Job, 'key'>[],
  store: Pick<ResultsFile<R>, 'records'>,
): R[] {
  const records = new Map(store.records().map((record) => [record.key, record]));
  return jobs.flatMap(({ key }) => records.get(key) ?? []);
}
