import {
  functionArgument,
  knownOptions,
  nonNegativeFinite,
  object,
  optional,
  positiveFinite,
} from '@kernel-methods/check';
import { defaultMemoryBudget, requireBackend } from '@kernel-methods/models/far';
import { Worker } from 'bullmq';
import type { AllowedModules } from './modules.ts';
import { type Connection, connect } from './redis/connect.ts';
import { checkName, DEFAULT_LEASE, DEFAULT_QUEUE, queuePrefix, ROOT } from './redis/fit-keys.ts';
import { milliseconds } from './redis/machine-options.ts';
import { scriptsOn } from './redis/scripts.ts';
import { sitAt } from './redis/seat.ts';

export interface StartWorkerOptions {
  /** The Redis: a URL or options of ioredis, with TLS and password if it has. */
  readonly connection: Connection;
  /** The modules that shards may name, by name: what is imported for it. Default none. */
  readonly modules?: AllowedModules;
  /** The queue where fits are found. Default 'fits'. */
  readonly queue?: string;
  /** Milliseconds after which BullMQ gives the seat of a silent worker to another. Default 30,000. */
  readonly lease?: number;
  /**
   * Seconds of work after which a result is sent, though there is more to do: a worker that dies loses
   * no more than that. Default 300.
   */
  readonly sendEvery?: number;
  /** Bytes of features that may be kept between the rounds of a fit. Default half of what is free. */
  readonly memoryBudget?: number;
  /** Told of each fit that this worker has been at. */
  readonly onFit?: (fit: { name: string; sent: number; received: number }) => void;
}

/** A worker that runs. */
export interface RunningWorker {
  /** Sends what is done, and leaves. */
  close(): Promise<void>;
}

/**
 * Works for the fits that are announced at a Redis, one after the other, until it is closed. If the
 * connection is lost it waits for it.
 *
 * @example
 * const worker = await startWorker({
 *   connection: { host: 'localhost', port: 6379, password: 'secret', tls: {} },
 *   modules: { waves: './waves.js' },
 * });
 * await worker.close();
 */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorker> {
  knownOptions('Options', options, [
    ...(['connection', 'modules', 'queue', 'lease', 'sendEvery', 'memoryBudget', 'onFit'] as const),
  ]);
  const { connection, modules = {}, queue = DEFAULT_QUEUE, lease = DEFAULT_LEASE } = options;
  const { sendEvery = 300, memoryBudget = defaultMemoryBudget(), onFit } = options;
  checkName('queue', queue);
  milliseconds('lease', lease);
  positiveFinite('sendEvery', sendEvery);
  nonNegativeFinite('memoryBudget', memoryBudget);
  object('modules', modules);
  optional(functionArgument, 'onFit', onFit);
  await requireBackend();
  const redis = connect(connection);
  const run = scriptsOn(redis);
  const leaving = new AbortController();
  const worker = new Worker(
    queue,
    async ({ data }) => {
      const name = (data as { fit: string }).fit;
      checkName('fit', name);
      await sitAt(redis, run, name, {
        ...{ modules, memoryBudget, sendEvery, leave: leaving.signal },
        onTravelled: (bytes) => onFit?.({ name, ...bytes }),
      });
    },
    {
      ...{ connection: redis as never, prefix: ROOT, concurrency: 1 },
      ...{ lockDuration: lease, stalledInterval: lease, maxStalledCount: 1_000_000 },
      ...{ removeOnComplete: { count: 0 }, removeOnFail: { count: 0 }, drainDelay: 5 },
    },
  );
  worker.on('error', () => {});
  // BullMQ marks the queue again when it takes note of the end of a seat, also after the fit has gone,
  // and whenever it looks for silent workers.
  const sweep = () => void run('sweepQueue', queuePrefix(queue)).catch(() => {});
  worker.on('completed', sweep);
  worker.on('failed', sweep);
  const sweeping = setInterval(sweep, Math.max(20, lease / 4));
  return {
    async close() {
      leaving.abort();
      clearInterval(sweeping);
      await worker.close();
      redis.disconnect();
    },
  };
}
