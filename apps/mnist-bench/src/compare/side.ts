import type { Machine } from '../comparison/comparison.ts';
import type { Skip } from '../comparison/job.ts';
import type { RunRecord } from '../comparison/record.ts';

/** One of the two files, as far as it is compared. */
export interface Side {
  readonly path: string;
  /** A single run tells its own time, not that of its process. */
  readonly kind: 'comparison' | 'report';
  readonly aborted: boolean;
  readonly machine: Pick<Machine, 'platform' | 'cpu' | 'cores' | 'node'>;
  readonly runs: readonly Run[];
  readonly skipped: readonly Skip[];
}

/** Of a run what is compared. */
export interface Run {
  readonly key: string;
  readonly variant: string;
  readonly system: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly status: RunRecord['status'];
  readonly reason: string | null;
  readonly processSeconds: number;
  readonly outcome: Result | null;
}

export interface Result {
  readonly dataset: {
    readonly name: string;
    readonly checksum: string;
    readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  } | null;
  readonly testAccuracy: number | null;
  readonly seconds: { readonly total: number };
  readonly peakMemory: number | null;
}
