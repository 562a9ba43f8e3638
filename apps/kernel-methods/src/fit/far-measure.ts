import type { distributedCalls } from '@kernel-methods/distributed';
import type { Measure, Measured } from '@kernel-methods/search';
import type { FarFiles } from '../data/far-rows.ts';

interface FarMeasureOptions {
  readonly connection: string;
  readonly calls: typeof distributedCalls;
  readonly onWorkers: (workers: number) => void;
}

/**
 * Lets the workers of `--machines` measure the candidates of a search, a job a call: they read the same
 * files, and take the same rows and folds. What is there when it is ended counts.
 *
 * @throws ShardError for what is not a candidate's fault, such as other rows.
 */
export const farMeasure =
  (files: FarFiles, { connection, calls, onWorkers }: FarMeasureOptions): Measure =>
  async (jobs, { signal, onMeasured }) => {
    if (jobs.length === 0 || signal?.aborted) return;
    const end = new AbortController();
    const ends = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
    // As it travels: what is undefined stays here.
    const given = jobs.map((job) => JSON.parse(JSON.stringify({ ...files, job })));
    try {
      await calls(
        { module: 'kernel-methods', function: 'measure', arguments: given },
        {
          ...{ connection, signal: ends },
          onProgress: ({ workers }) => onWorkers(workers),
          onResult(measured, job) {
            if (!ends.aborted && !onMeasured(job, measured as unknown as Measured[])) end.abort();
          },
        },
      );
    } catch (error) {
      if (!ends.aborted) throw error;
    }
  };
