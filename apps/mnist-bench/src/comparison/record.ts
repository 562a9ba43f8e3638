import type { Outcome } from '../run/report.ts';
import type { Job } from './job.ts';

/** What became of a job: a line of the results file. */
export interface RunRecord extends Omit<Job, 'command'> {
  /** The version of this format. It rises when a field changes its meaning or goes. */
  readonly version: 1;
  /** When the process started, as ISO 8601 in UTC. */
  readonly startedAt: string;
  /** 'failed': it ended without a report; 'timeout': it was ended, having run too long. */
  readonly status: 'done' | 'failed' | 'timeout';
  /** Why it failed; null where it did not. */
  readonly reason: string | null;
  /** Wall-clock seconds of the whole process, from its start to its end. */
  readonly processSeconds: number;
  /** Null where the run failed. */
  readonly outcome: Outcome | null;
}
