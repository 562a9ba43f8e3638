import type { Spread } from '@kernel-methods/report';
import type { Skip } from './job.ts';
import type { RunRecord } from './run-record.ts';

/** A whole comparison: what `--json` writes of it, and what tables, pages and `compare` read. */
export interface Comparison {
  /** The version of this format. It rises when a field changes its meaning or goes. */
  readonly version: 1;
  /** Whether Ctrl-C stopped it: what was done by then is here. */
  readonly aborted: boolean;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly records: readonly RunRecord[];
  readonly skipped: readonly Skip[];
  /** One summary per variant, best first. */
  readonly variants: readonly VariantSummary[];
}

export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly node: string;
}

/** What is told of known and unknown rows. */
export type OpenFigure = 'auroc' | 'coverage' | 'answeredAccuracy' | 'recall';

/** The runs of one variant, over its seeds and repeats. */
export interface VariantSummary {
  readonly variant: string;
  readonly system: RunRecord['system'];
  readonly config: RunRecord['config'];
  /** Runs that were done. */
  readonly runs: number;
  /** Why others failed, in the words of each; empty where none did. */
  readonly failures: readonly string[];
  /** Test accuracy over the seeds; the repeats of a seed count once. */
  readonly accuracy: Spread | null;
  /**
   * Over the seeds: the area under the ROC curve of known rows against unknown ones, and the shares of
   * known rows that are answered, of right answers among them, and of unknown rows that are found.
   */
  readonly open?: Readonly<Record<OpenFigure, Spread | null>>;
  /** Seconds of the whole process, over all runs. */
  readonly seconds: Spread | null;
  /** Peak memory in bytes, over all runs. */
  readonly memory: Spread | null;
  /** Whether no other is at once as accurate and faster, or as fast and more accurate. */
  readonly front: boolean;
}
