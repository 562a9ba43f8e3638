import type { FitOptions, FitResult, KernelModel } from '@kernel-methods/models';
import type { Config } from '../options/options.ts';
import { datasets } from '../parts/variants.ts';
import type { Data } from './data.ts';
import { argsOf, type FarRows, labels, part } from './far-rows.ts';

/** Rows of a shard: enough that describing them costs nothing, few enough that all workers end together. */
const shardRows = 1024;

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
  { signal, onProgress, onEpochEnd }: Pick<FitOptions, 'signal' | 'onProgress' | 'onEpochEnd'>,
): Promise<FitResult> {
  // Loaded only here: it brings BullMQ and a client of Redis.
  const { distributedFit } = await import('@kernel-methods/distributed');
  const { x, y } = data.train;
  const { train, validation } = data.rows;
  checkClasses(labels(part(y, 0, train)), y.shape[1]);
  let result: FitResult | undefined;
  await distributedFit(model, shardsOf(config, data), {
    ...{ connection: config.machines, signal, onEpochEnd },
    onProgress: (event) => onProgress?.({ ...event, steps: event.steps || train }),
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
  return Array.from({ length: Math.ceil(rows.train / shardRows) }, (_, i) => {
    const from = i * shardRows;
    const count = Math.min(shardRows, rows.train - from);
    return {
      ...{ module: 'mnist-bench', function: 'rows' },
      argument: { args, checksum, from, count } satisfies FarRows,
    };
  });
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
