import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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
import { connect, requireRedis } from './connect.ts';
import { DEFAULT_QUEUE, fitPrefix, queuePrefix, ROOT } from './fit-keys.ts';
import { Heartbeat } from './heartbeat.ts';
import { type MachineOptions, timesOf } from './machine-options.ts';
import { type Run, scriptsOn } from './scripts.ts';
import { Store } from './store.ts';

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
  const { workers = 64, onError = 'fail', retries = 2 } = options;
  const { lease, grace } = timesOf(options);
  const redis = connect(options.connection);
  let heartbeat: Heartbeat | undefined;
  try {
    await requireRedis(redis);
    const run = scriptsOn(redis);
    const prefix = fitPrefix(name);
    const coordinator = { run, prefix, name, token: randomUUID(), lease };
    await becomeCoordinator(coordinator, signal);
    const known = await run('openFit', prefix, fingerprint, lease, onError, retries, grace);
    if (known !== fingerprint) {
      await redis.unlink(`${prefix}coordinator`);
      throw new Error(
        `A fit of the name '${name}' is under way with other shards or options. Wait for its end, or take another name.`,
      );
    }
    const seats = Array.from({ length: Math.min(workers, items) }, (_, i) => `${name}.${i}`);
    heartbeat = new Heartbeat({ ...coordinator, grace, queue, seats });
    const store = new Store(redis, run, prefix);
    await store.put('shards', new TextEncoder().encode(JSON.stringify(shards)), signal);
    const queued = new Queue(queue, {
      ...{ connection: redis as never, prefix: ROOT, skipMetasUpdate: true },
    });
    queued.on('error', () => {});
    const own = { ...coordinator, redis, store, shards, queued, seats, heartbeat, onError, signal };
    const machines = new RedisMachines(own);
    await machines.offerSeats();
    return machines;
  } catch (error) {
    heartbeat?.stop();
    redis.disconnect();
    throw error;
  }
}

const SEAT = { removeOnComplete: true, removeOnFail: true, attempts: 1_000_000, backoff: 100 };

/** Who coordinates a fit. */
interface Coordinator {
  readonly run: Run;
  readonly prefix: string;
  readonly name: string;
  readonly token: string;
  readonly lease: number;
}

/** Waits for the end of another coordinator, which may be dead, no longer than its lease. */
async function becomeCoordinator(
  { run, prefix, name, token, lease }: Coordinator,
  signal: AbortSignal | undefined,
) {
  for (let waited = 0; ; waited += 50) {
    if ((await run('coordinate', prefix, token, lease)) === 1) return;
    if (waited > lease + 1000) {
      throw new Error(`Another process is at the fit '${name}'. Take another name, or end it.`);
    }
    await delay(50, undefined, { signal });
  }
}

interface Own extends Coordinator {
  readonly redis: Redis;
  readonly store: Store;
  readonly shards: readonly Shard[];
  readonly queued: Queue;
  /** The names of the jobs that offer a seat. */
  readonly seats: readonly string[];
  readonly heartbeat: Heartbeat;
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

  /** Puts the seats of the fit into the queue; those that are there stay as they are. */
  async offerSeats(): Promise<void> {
    const { queued, seats, name, heartbeat } = this.#own;
    // Before, so that no list of the queue ends while it gets them; and after, as it may be new.
    await heartbeat.keepQueue();
    await queued.addBulk(
      seats.map((jobId) => ({ name: 'seat', data: { fit: name }, opts: { jobId, ...SEAT } })),
    );
    await heartbeat.keepQueue();
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

  async map(step: Step, { signal, onProgress, onPart }: MapOptions): Promise<Mapped> {
    const { run, prefix } = this.#own;
    const { name, items } = step;
    const told = new Set<string>();
    for (let pause = 2; ; pause = Math.min(20, pause * 1.5)) {
      signal.throwIfAborted();
      await this.#stayCoordinator();
      const status = await run('stepStatus', prefix, name, items, onPart ? 1 : 0);
      if (status === 0) {
        throw new Error(
          `Redis has lost the fit '${this.#own.name}': it was restarted without its append-only file, or this process was not heard of for longer than \`grace\`.`,
        );
      }
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
      const parts = pairs(results).map(([key, list]) => ({
        key,
        items: list.split(',').map(Number),
      }));
      for (const part of parts) {
        if (onPart === undefined || told.has(part.key)) continue;
        told.add(part.key);
        await onPart(part);
      }
      if (done === items) {
        requireEachOnce(step, parts, failed.length);
        return { parts, skipped: new Map(failed) };
      }
      await delay(pause, undefined, { signal }).catch(() => {});
      if (performance.now() - this.#offered < this.#own.lease / 2) continue;
      // Workers that left took their seats with them.
      await this.offerSeats();
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
    const { redis, prefix, queued, seats, run, lease, heartbeat } = this.#own;
    heartbeat.stop();
    try {
      await this.#memory.dispose();
      // From now on workers find no fit: they leave, and what they send is not kept.
      await redis.unlink(`${prefix}fit`);
      await this.#deleteKeys();
      const end = performance.now() + 3 * lease;
      for (let left = seats; performance.now() < end; ) {
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
