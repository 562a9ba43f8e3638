import type { FitOptions, FitResult, KernelModel } from '@kernel-methods/models';
import { shardRanges, workerWatch } from '@kernel-methods/runner';
import type { Config } from '../options/options.ts';
import { datasets } from '../parts/variants.ts';
import { type Data, part } from './data.ts';
import { argsOf, type FarRows, labels } from './far-rows.ts';

export interface FarOptions extends Pick<FitOptions, 'signal' | 'onProgress' | 'onEpochEnd'> {
  /** Told of what somebody must do. */
  note(text: string): void;
}

/**
 * Fits to the training rows on the workers of `--machines`, which read them for themselves. Those for
 * validation stay here.
 *
 * @throws RangeError if the training rows lack a class: workers know only those that they see.
 */
export async function fitFar(
  model: KernelModel<number>,
  config: Config,
  data: Data,
  { signal, onProgress, onEpochEnd, note }: FarOptions,
): Promise<FitResult> {
  // Loaded only here: it brings BullMQ and a client of Redis.
  const { distributedFit } = await import('@kernel-methods/distributed');
  const { x, y } = data.train;
  const { train, validation } = data.rows;
  checkClasses(labels(part(y, 0, train)), y.shape[1]);
  const url = config.machines as string;
  const watch = workerWatch({ url, start: 'npm run worker:mnist -- --redis', note });
  let result: FitResult | undefined;
  await distributedFit(model, shardsOf(config, data), {
    ...{ connection: url, signal, onEpochEnd },
    onProgress(event) {
      watch(event.workers);
      onProgress?.({ ...event, steps: event.steps || train });
    },
    callbacks: [
      {
        onFitEnd(ended) {
          result = ended;
        },
      },
    ],
    ...(validation > 0 && {
      validationData: [part(x, train, validation), labels(part(y, train, validation))],
    }),
  });
  return result!;
}

/** The training rows, as workers find them. */
export function shardsOf(config: Config, { name, checksum, rows }: Data) {
  // If synthetic digits stand in for the data set, they do so on every machine.
  const dataset = name === datasets.synthetic ? 'synthetic' : config.dataset;
  const args = argsOf({ ...config, dataset });
  return shardRanges(rows.train).map((range) => ({
    ...{ module: 'mnist-bench', function: 'rows' },
    argument: { args, checksum, ...range } satisfies FarRows,
  }));
}

function checkClasses(found: readonly number[], classes: number): void {
  const missing = Array.from({ length: classes }, (_, label) => label).filter(
    (label) => !found.includes(label),
  );
  if (missing.length === 0) return;
  throw new RangeError(
    `the training rows must have every class with --machines. Received: rows without ${missing.join(', ')}.`,
  );
}
