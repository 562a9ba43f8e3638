import {
  type Launch,
  openResults as open,
  peekResults,
  type ResultsFile,
  recordsOf as recordsIn,
  runJobs as runAll,
  runProcess,
  type Watch,
  type Write,
} from '@kernel-methods/runner';
import { variantKey } from '../records/identity.ts';
import type { Job } from '../records/job.ts';
import type { Message } from '../records/messages.ts';
import { readRecord } from '../records/read-record.ts';
import type { RunRecord } from '../records/run-record.ts';
import { readMessage } from './read-message.ts';

/** Hears how a comparison goes. */
export type Live = Watch<Job, Message, RunRecord>;
export type LaunchRun = Launch<Job, Message, RunRecord>;
export type Results = ResultsFile<RunRecord>;

/** Runs a job in a process of its own. An aborted one leaves no record: null. */
export async function runChild(
  { command, ...told }: Job,
  { signal, timeoutSeconds, onMessage }: Parameters<LaunchRun>[1],
  graceSeconds = 5,
): Promise<RunRecord | null> {
  const options = { signal, timeoutSeconds, graceSeconds, readLine: readMessage, onMessage };
  const ended = await runProcess(command, options);
  return ended && { version: 1, ...told, ...ended };
}

/** Opens a file of our records; see `openResults` of the runner. */
export const openResults = (
  path: string,
  options: { readonly resume: boolean; readonly write?: Write },
): Results => open(path, { ...options, read: readRecord });

/** The records of a file that a comparison would go on with; see `peekResults` of the runner. */
export const peekRecords = (path: string): readonly RunRecord[] =>
  peekResults(path, { resume: true, read: readRecord });

export interface RunJobsOptions {
  readonly store: Pick<Results, 'records' | 'append'>;
  readonly live: Live;
  readonly signal: AbortSignal;
  /** The most that a run may take. */
  readonly timeoutSeconds?: number;
  /** Runs of each variant that go before its first one and are not recorded. */
  readonly warmup?: number;
  readonly launch?: LaunchRun;
}

/** Runs the jobs one after the other; see `runJobs` of the runner. A variant is warmed up once. */
export async function runJobs(
  jobs: readonly Job[],
  { launch = runChild, ...options }: RunJobsOptions,
): Promise<RunRecord[]> {
  await runAll(jobs, { ...options, launch, groupOf: variantKey });
  return recordsOf(jobs, options.store);
}

/**
 * What is known of the jobs, in their order. A record that another comparison left under the same key
 * is called as it is called in this one.
 */
export function recordsOf(jobs: readonly Job[], store: Pick<Results, 'records'>): RunRecord[] {
  const names = new Map(jobs.map(({ key, variant }) => [key, variant]));
  return recordsIn(jobs, store).map((record) => ({
    ...record,
    variant: names.get(record.key) ?? record.variant,
  }));
}
