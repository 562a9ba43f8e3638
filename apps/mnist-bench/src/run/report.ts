import type { EpochRecord, FitProgress, FitSettings } from '@kernel-methods/models';
import { withoutPassword } from '@kernel-methods/runner/options';
import type { Config } from '../options/options.ts';
import type { BenchReport, EpochReport } from '../records/run-record.ts';
import type { Data } from './data.ts';
import type { Tested } from './model.ts';

/** What a run found, before it becomes a report. */
export interface Findings {
  aborted: boolean;
  data?: Pick<Data, 'name' | 'origin' | 'checksum' | 'rows'>;
  history: EpochRecord[];
  /** Where the epoch stands that is under way. */
  unfinished?: FitProgress;
  /** What the fit came to use. */
  settings?: FitSettings;
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
    config: publicOf(config),
    dataset: found.data
      ? {
          name: found.data.name,
          origin: found.data.origin,
          checksum: found.data.checksum,
          rows: found.data.rows,
        }
      : null,
    backend: around.backend,
    settings: found.settings ?? null,
    epochs,
    valAccuracyLast5: meanOfLast(epochs, 5),
    testAccuracy: found.test?.accuracy ?? null,
    testLoss: found.test?.loss ?? null,
    confusion: found.test?.confusion ?? null,
    worst: found.test?.worst ?? null,
    open: found.test?.open ?? null,
    reliability: found.test?.reliability ?? null,
    seconds: around.seconds,
    peakMemory: around.peakMemory,
    versions: around.versions,
  };
}

/** Without the password of the machines. */
const publicOf = ({ machines, ...config }: Config): Config => ({
  ...config,
  machines: machines && withoutPassword(machines),
});

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
