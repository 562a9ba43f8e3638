import type { EpochRecord, FitProgress } from '@kernel-methods/models';
import type { Config } from '../options/options.ts';
import type { Data } from './data.ts';
import type { WorstRow } from './examine.ts';
import type { Tested } from './model.ts';
import type { Phases } from './stopwatch.ts';
import type { Versions } from './versions.ts';

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
  /** Wall-clock seconds by phase. */
  readonly seconds: Phases;
  /** The most memory the process held, in bytes. */
  readonly peakMemory: number;
  readonly versions: Readonly<Record<string, unknown>>;
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

/** What a run found, before it is told in a fixed form. */
export interface Findings {
  aborted: boolean;
  data?: Pick<Data, 'name' | 'origin' | 'checksum' | 'rows'>;
  history: EpochRecord[];
  /** Where the epoch stands that is under way. */
  unfinished?: FitProgress;
  test?: Tested;
}

export function createReport(
  config: Config,
  found: Findings,
  around: Pick<BenchReport, 'backend' | 'seconds' | 'peakMemory' | 'versions'>,
): BenchReport {
  const epochs = found.history.map(epochReport);
  return {
    version: 1,
    aborted: found.aborted,
    config,
    dataset: found.data
      ? {
          name: found.data.name,
          origin: found.data.origin,
          checksum: found.data.checksum,
          rows: found.data.rows,
        }
      : null,
    backend: around.backend,
    epochs,
    valAccuracyLast5: meanOfLast(epochs, 5),
    testAccuracy: found.test?.accuracy ?? null,
    testLoss: found.test?.loss ?? null,
    confusion: found.test?.confusion ?? null,
    worst: found.test?.worst ?? null,
    seconds: around.seconds,
    peakMemory: around.peakMemory,
    versions: around.versions,
  };
}

export const epochReport = (record: EpochRecord): EpochReport => ({
  epoch: record.epoch,
  loss: record.loss,
  accuracy: record.accuracy ?? null,
  valLoss: record.valLoss ?? null,
  valAccuracy: record.valAccuracy ?? null,
  seconds: record.seconds,
});

function meanOfLast(epochs: readonly EpochReport[], most: number): number | null {
  const values = epochs.slice(-most).flatMap(({ valAccuracy }) => valAccuracy ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value) / values.length;
}
