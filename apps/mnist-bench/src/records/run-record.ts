import type { FitSettings } from '@kernel-methods/models';
import type { Reliability } from '@kernel-methods/report/plots';
import type { Ended } from '@kernel-methods/runner';
import type { Config } from '../options/options.ts';
import type { Job } from './job.ts';

/** What became of a job: a line of the results file. */
export interface RunRecord extends Omit<Job, 'command'>, Ended<Outcome> {
  /** The version of this format. It rises when a field changes its meaning or goes. */
  readonly version: 1;
}

/**
 * What a run reached and what it took: of ours, and of the peers that run beside. A number is null
 * where the run did not get to it, where the peer does not tell it, or where it is not finite.
 */
export interface Outcome {
  /** What the run was on, or null if it was stopped before. */
  readonly dataset: DatasetReport | null;
  /** One record a finished epoch. */
  readonly epochs: readonly EpochReport[];
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  /** Test rows of class i that were taken for class j, at [i][j]. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** The test rows that are furthest from right, the worst first. */
  readonly worst: readonly WorstRow[] | null;
  /** What became of known and unknown rows; null, or missing, where nothing may be rejected. */
  readonly open?: OpenReport | null;
  /** How well probabilities agree with what came true; null, or missing, where the loss gives none. */
  readonly reliability?: Reliability | null;
  /** Wall-clock seconds by phase. */
  readonly seconds: Phases;
  /** The most memory the process held, in bytes. */
  readonly peakMemory: number;
  readonly versions: Readonly<Record<string, unknown>>;
}

/** What became of known and unknown test rows. A share of no rows is null. */
export interface OpenReport {
  /** The share of the known rows that are answered: 1 less this is the share of false alarms. */
  readonly coverage: number;
  /** The share of the answered known rows that are classified correctly; null for novelty. */
  readonly answeredAccuracy: number | null;
  /** The share of the unknown rows that are found. */
  readonly recall: number | null;
  /** The area under the ROC curve of known rows against unknown ones. */
  readonly auroc: number | null;
  /** The share of wrong answers, if only so many of the known rows were answered; null for novelty. */
  readonly curve: readonly { readonly coverage: number; readonly risk: number }[] | null;
}

/** What `--json` writes of one run. */
export interface BenchReport extends Outcome {
  /** The version of this format. It rises when a field changes its meaning or goes. */
  readonly version: 1;
  /** Stopped by Ctrl-C: `epochs` holds the finished ones, and nothing was tested or saved. */
  readonly aborted: boolean;
  /** Every option as it was used, but for a data set that had to be replaced: see `dataset`. */
  readonly config: Config;
  /** The tfjs backend and its threads. */
  readonly backend: { readonly name: string; readonly threads: number };
  /** What the training came to use, given or chosen; null if it did not end. */
  readonly settings: FitSettings | null;
  /** Mean of `valAccuracy` over the last five epochs, or over all where there are fewer. */
  readonly valAccuracyLast5: number | null;
  readonly versions: Versions;
}

export interface DatasetReport {
  readonly name: string;
  /** Where the data came from. */
  readonly origin: string;
  /** SHA-256 over pixels and labels of the rows used: training and validation, then test. */
  readonly checksum: string;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
}

export interface EpochReport {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number | null;
  readonly valLoss: number | null;
  readonly valAccuracy: number | null;
  readonly seconds: number;
}

/** Seconds by phase; null where the run did not reach the phase, or where it was not asked for. */
export interface Phases {
  /** Reading or drawing the data, and scaling the pixels. */
  readonly load: number | null;
  /** Features computed once, before the training. */
  readonly features: number | null;
  /** The training steps. In a stopped run: all that was spent in `fit`. */
  readonly train: number | null;
  readonly validate: number | null;
  /** The test rows' predictions, loss and accuracy. */
  readonly predict: number | null;
  readonly save: number | null;
  /** From the first of these to the last. */
  readonly total: number;
}

export interface WorstRow {
  /** Its place among the test rows, from 0. */
  readonly row: number;
  readonly truth: number;
  readonly predicted: number;
  /** Score of the true class less the highest of the others: below 0 for a wrong one. */
  readonly margin: number;
  /** The image as the machine saw it: a byte per pixel, row by row, in base64. */
  readonly pixels: string;
}

/** What the figures depend on besides the options. */
export type Versions = {
  readonly node: string;
  readonly tfjs: string;
  /** Our own packages. */
  readonly packages: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
};
