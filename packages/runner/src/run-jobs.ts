import type { Job } from './child.ts';
import type { ResultsFile } from './results-file.ts';

/** The record of a finished job. */
export interface JobRecord {
  readonly key: string;
  readonly status: 'done' | 'failed' | 'timeout';
}

/** Is told about the progress of the jobs, to show it. */
export interface Watch<J extends Job, M, R extends JobRecord> {
  /** A run was done before and is not repeated. */
  known(record: R): void;
  start(job: J, warmup: boolean): void;
  message(message: M): void;
  end(record: R): void;
  close(): void;
}

/** Runs a job to its end and returns its record; null if it was aborted. */
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
  /** The time limit of a run. */
  readonly timeoutSeconds?: number;
  /** The number of runs per group that come first and are not recorded. Default 0. */
  readonly warmup?: number;
  /** Returns the same group for jobs that share a warm-up. Default: each job is a group. */
  readonly groupOf?: (job: J) => string;
  readonly launch: Launch<J, M, R>;
}

/**
 * Runs the jobs one after the other and stores each record as soon as there is one. Jobs that the
 * store holds as done are not repeated; jobs that failed or ran too long are. A failure affects
 * only one run; an abort ends the current run and keeps the others. Returns the records in the
 * order of the jobs.
 *
 * @throws the errors of the store; earlier records are kept.
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
          if (tried?.status !== 'done') break; // the recorded run will say why
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

/** The known records of the jobs, in the order of the jobs. */
export function recordsOf<R extends JobRecord>(
  jobs: readonly Pick<Job, 'key'>[],
  store: Pick<ResultsFile<R>, 'records'>,
): R[] {
  const records = new Map(store.records().map((record) => [record.key, record]));
  return jobs.flatMap(({ key }) => records.get(key) ?? []);
}
