import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { positiveInteger } from '@kernel-methods/check';
import { defaultMemoryBudget } from '@kernel-methods/models/far';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { mergeTree } from '../merge-tree.ts';
import {
  type Machines,
  type MapOptions,
  type Mapped,
  type Part,
  ShardError,
  type Step,
} from '../port.ts';
import { type Shard, shardName } from '../shard.ts';
import { foldOf } from '../work.ts';
import { WorkerMemory } from '../worker-memory.ts';
import { type Connection, connect, requireRedis } from './connect.ts';
import {
  checkName,
  DEFAULT_LEASE,
  DEFAULT_QUEUE,
  fitPrefix,
  queuePrefix,
  ROOT,
} from './fit-keys.ts';
import { type Run, scriptsOn } from './scripts.ts';
import { Store } from './store.ts';

export interface MachineOptions {
  /** The Redis where workers listen: a URL or options of ioredis, with TLS and password if it has. */
  readonly connection: Connection;
  /** The queue where the workers wait. Default 'fits'. */
  readonly queue?: string;
  /**
   * The name of the fit. If there is one of this name and of the same shards and options, it is
   * continued. Default: a new name.
   */
  readonly name?: string;
  /** The most workers that take part. Default 64, or as many as there are shards. */
  readonly workers?: number;
  /**
   * Milliseconds after which a worker that is not heard of loses its work to others. Default 30,000.
   */
  readonly lease?: number;
  /** What happens if a shard fails on every try. Default 'fail'. */
  readonly onError?: 'fail' | 'skip';
  /** How often a shard that fails is tried again. Default 2. */
  readonly retries?: number;
}

export const machineOptionNames = [
  'connection',
  'queue',
  'name',
  'workers',
  'lease',
  'onError',
  'retries',
] as const;

interface Fit {
  readonly shards: readonly Shard[];
  /** The most items of a step that workers may share. */
  readonly items: number;
  /** What must be the same for a fit to be continued. */
  readonly fingerprint: string;
  readonly signal?: AbortSignal;
}

/** The workers of a Redis, as the machines of one fit. */
export async function openMachines(
  options: MachineOptions,
  { shards, items, fingerprint, signal }: Fit,
): Promise<Machines> {
  const { name = `fit-${randomUUID()}`, queue = DEFAULT_QUEUE } = options;
  const { workers = 64, lease = DEFAULT_LEASE, onError = 'fail', retries = 2 } = options;
  checkName('name', name);
  checkName('queue', queue);
  positiveInteger('workers', workers);
  positiveInteger('lease', lease);
  const redis = connect(options.connection);
  try {
    await requireRedis(redis);
    const run = scriptsOn(redis);
    const prefix = fitPrefix(name);
    const token = randomUUID();
    await becomeCoordinator(run, { prefix, name, token, lease, signal });
    const known = await run('openFit', prefix, fingerprint, lease, onError, retries);
    if (known !== fingerprint) {
      await redis.unlink(`${prefix}coordinator`);
      throw new Error(
        `A fit of the name '${name}' is under way with other shards or options. Wait for its end, or take another name.`,
      );
    }
    const store = new Store(redis, run, prefix);
    await store.put('shards', new TextEncoder().encode(JSON.stringify(shards)));
    const queued = new Queue(queue, {
      ...{ connection: redis as never, prefix: ROOT, skipMetasUpdate: true },
    });
    queued.on('error', () => {});
    const seats = Math.min(workers, items);
    await offerSeats(queued, name, seats);
    return new RedisMachines({
      redis,
      run,
      store,
      prefix,
      name,
      token,
      lease,
      shards,
      queued,
      seats,
      onError,
      signal,
    });
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

/** Puts the seats of a fit into the queue; those that are there stay as they are. */
async function offerSeats(queue: Queue, fit: string, seats: number): Promise<void> {
  await queue.addBulk(
    Array.from({ length: seats }, (_, i) => ({
      name: 'seat',
      data: { fit },
      opts: { jobId: `${fit}.${i}`, ...SEAT },
    })),
  );
}

const SEAT = { removeOnComplete: true, removeOnFail: true, attempts: 1_000_000, backoff: 100 };

interface Waiting {
  readonly prefix: string;
  readonly name: string;
  readonly token: string;
  readonly lease: number;
  readonly signal?: AbortSignal;
}

/** Waits for the end of another coordinator, which may be dead, no longer than its lease. */
async function becomeCoordinator(run: Run, { prefix, name, token, lease, signal }: Waiting) {
  for (let waited = 0; ; waited += 50) {
    if ((await run('coordinate', prefix, token, lease)) === 1) return;
    if (waited > lease + 1000) {
      throw new Error(`Another process is at the fit '${name}'. Take another name, or end it.`);
    }
    await delay(50, undefined, { signal });
  }
}

interface Own {
  readonly redis: Redis;
  readonly run: Run;
  readonly store: Store;
  readonly prefix: string;
  readonly name: string;
  readonly token: string;
  readonly lease: number;
  readonly shards: readonly Shard[];
  readonly queued: Queue;
  readonly seats: number;
  readonly onError: 'fail' | 'skip';
  readonly signal: AbortSignal | undefined;
}

class RedisMachines implements Machines {
  readonly #own: Own;
  readonly #memory = new WorkerMemory(defaultMemoryBudget());

  #offered = performance.now();

  constructor(own: Own) {
    this.#own = own;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#own.store.put(key, bytes, this.#own.signal);
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#own.store.get(key);
  }

  delete(...keys: readonly string[]): Promise<void> {
    return this.#own.store.delete(...keys);
  }

  async map(step: Step, { signal, onProgress }: MapOptions): Promise<Mapped> {
    const { run, prefix } = this.#own;
    const { name, items } = step;
    for (let pause = 2; ; pause = Math.min(20, pause * 1.5)) {
      signal.throwIfAborted();
      await this.#stayCoordinator();
      const status = await run('stepStatus', prefix, name, items);
      if (status === 0) throw new Error(`Redis has lost the fit '${this.#own.name}'.`);
      if (status === 1) {
        await run('beginStep', prefix, name, JSON.stringify(step), items);
        continue;
      }
      const [done, workers, rows, failures, results] = status as [
        number,
        number,
        number,
        string[],
        string[],
      ];
      const failed = pairs(failures).map(([item, message]) => [Number(item), message] as const);
      if (failed.length > 0 && this.#own.onError === 'fail') this.#fail(step, ...failed[0]);
      onProgress?.({ done, items, rows, workers });
      if (done === items) {
        const parts = pairs(results).map(([key, list]) => ({
          key,
          items: list.split(',').map(Number),
        }));
        requireEachOnce(step, parts, failed.length);
        return { parts, skipped: new Map(failed) };
      }
      await delay(pause, undefined, { signal }).catch(() => {});
      if (performance.now() - this.#offered < this.#own.lease / 2) continue;
      // Workers that left took their seats with them.
      const { queued, name: fit, seats } = this.#own;
      await offerSeats(queued, fit, seats);
      this.#offered = performance.now();
      // A step that another coordinator began must be the current one.
      await run('beginStep', prefix, name, JSON.stringify(step), items);
    }
  }

  async merge(step: Step, parts: readonly Part[], { signal }: MapOptions): Promise<Uint8Array> {
    const { store, run, prefix, shards } = this.#own;
    const machines = {
      map: this.map.bind(this),
      put: this.put.bind(this),
      get: this.get.bind(this),
    };
    const keys = await mergeTree(machines, step, parts, { signal });
    const get = async (key: string) => {
      const bytes = await store.get(key);
      if (bytes === undefined) throw new Error(`Redis has lost the result '${key}'.`);
      return bytes;
    };
    if (keys.length === 1) {
      const bytes = await get(keys[0]);
      if (step.staysHome) await run('forgetStep', prefix, step.name);
      return bytes;
    }
    const fold = await foldOf(step.work, {
      ...{ shards, modules: {}, memory: this.#memory, signal, get },
    });
    try {
      for (const key of keys) {
        signal.throwIfAborted();
        fold.merge(await get(key));
        await this.#stayCoordinator();
      }
      const bytes = fold.bytes();
      if (step.staysHome) await run('forgetStep', prefix, step.name);
      return bytes;
    } finally {
      fold.dispose();
    }
  }

  async close(): Promise<void> {
    const { redis, prefix, queued, name, seats, run, lease } = this.#own;
    try {
      await this.#memory.dispose();
      // From now on workers find no fit: they leave, and what they send is not kept.
      await redis.unlink(`${prefix}fit`);
      await this.#deleteKeys();
      const ids = Array.from({ length: seats }, (_, i) => `${name}.${i}`);
      const end = performance.now() + 3 * lease;
      for (let left = ids; performance.now() < end; ) {
        left = (
          await Promise.all(left.map(async (id) => ((await removed(queued, id)) ? '' : id)))
        ).filter(Boolean);
        if (left.length === 0) break;
        await delay(20);
      }
      await this.#deleteKeys();
      await queued.close();
      await run('sweepQueue', queuePrefix(queued.name));
    } finally {
      redis.disconnect();
    }
  }

  async #deleteKeys(): Promise<void> {
    const { redis, prefix } = this.#own;
    for (let cursor = '0'; ; ) {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
      if (keys.length > 0) await redis.unlink(...keys);
      if (next === '0') return;
      cursor = next;
    }
  }

  async #stayCoordinator(): Promise<void> {
    const { run, prefix, token, lease, name } = this.#own;
    if ((await run('coordinate', prefix, token, lease)) === 1) return;
    throw new Error(`Another process has taken over the fit '${name}'.`);
  }

  #fail({ work }: Step, item: number, message: string): never {
    const isOfShards = work.kind !== 'call' && work.kind !== 'merge';
    const name = isOfShards ? shardName(item, this.#own.shards[item]) : `${work.kind} ${item}`;
    throw new ShardError(item, `In ${name}: ${message}`);
  }
}

/** Removes a job of BullMQ; false while a worker holds it. */
async function removed(queue: Queue, id: string): Promise<boolean> {
  const job = await queue.getJob(id);
  if (job === undefined) return true;
  return job.remove().then(
    () => true,
    () => false,
  );
}

/** @throws Error if an item is in two results, or in none. */
function requireEachOnce({ name, items }: Step, parts: readonly Part[], skipped: number): void {
  const all = parts.flatMap((part) => part.items);
  if (new Set(all).size === all.length && all.length + skipped === items) return;
  throw new Error(
    `The results of '${name}' hold ${all.length} items of ${items}, each must be there once.`,
  );
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}
