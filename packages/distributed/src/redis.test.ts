import '@kernel-methods/backend-simd';
import { readFileSync } from 'node:fs';
import { KernelLogisticRegression, KernelRidge } from '@kernel-methods/models';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distributedCalls } from './distributed-calls.ts';
import { distributedFit } from './distributed-fit.ts';
import { objective, weightsOf } from './fixtures/head.ts';
import { hasRedis, RedisServer, whyNoRedis } from './fixtures/redis-server.ts';
import * as rows from './fixtures/rows.ts';
import { selfSigned } from './fixtures/self-signed.ts';
import { shardsOf } from './fixtures/shards.ts';
import { DEFAULT_QUEUE, queuePrefix } from './redis/fit-keys.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';

const modules = { rows: { ...rows } };
const width = 8;
const ridge = (options = {}) =>
  new KernelRidge({ outputDim: 64, scale: 0.5, l2: 1e-2, ...options });

describe.skipIf(!hasRedis)(`distributedFit over Redis${whyNoRedis}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  async function withWorkers<T>(count: number, work: () => Promise<T>): Promise<T> {
    const workers: RunningWorker[] = [];
    for (let i = 0; i < count; i++) {
      workers.push(await startWorker({ connection: server.url, modules, lease: 1000 }));
    }
    try {
      return await work();
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
  }

  it.each([1, 2, 4])('gives with %d workers what one process gives', async (count) => {
    const shards = shardsOf('waves', [200, 1, 399, 300, 250, 50], { width });
    const alone = await distributedFit(ridge(), shards, { modules });
    const many = await withWorkers(count, () =>
      distributedFit(ridge(), shards, { connection: server.url, lease: 1000 }),
    );
    const [one, other] = [await weightsOf(many), await weightsOf(alone)];
    const size = Math.hypot(...other);
    expect(Math.hypot(...one.map((value, i) => value - other[i])) / size).toBeLessThan(1e-6);
    await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
    many.dispose();
    alone.dispose();
  });

  it('leaves nothing of BullMQ while workers wait', async () => {
    const redis = new Redis(server.url);
    await withWorkers(1, async () => {
      // As BullMQ does whenever it looks for silent workers.
      await redis.hset(`${queuePrefix(DEFAULT_QUEUE)}meta`, 'opts.maxLenEvents', 10_000);
      await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
    });
    redis.disconnect();
  });

  it('merges many results as a tree', async () => {
    const shards = shardsOf(
      'waves',
      Array.from({ length: 20 }, () => 30),
      { width },
    );
    const alone = await distributedFit(ridge(), shards, { modules });
    const workers = 20;
    const many = await withWorkers(workers, () =>
      distributedFit(ridge(), shards, { connection: server.url, lease: 1000 }),
    );
    const [one, other] = [await weightsOf(many), await weightsOf(alone)];
    expect(Math.max(...one.map((value, i) => Math.abs(value - other[i])))).toBeLessThan(1e-5);
    many.dispose();
    alone.dispose();
  });

  it('reaches the objective of one process by rounds', async () => {
    const shards = shardsOf('classes', [300, 200, 100, 300]);
    const make = () =>
      new KernelLogisticRegression<string>({
        ...{ outputDim: 64, scale: 1, l2: 1e-4, solver: 'newton' },
      });
    const x: number[][] = [];
    const y: string[] = [];
    for await (const batch of rows.classes({ from: 0, count: 900 })) {
      x.push(...batch.x);
      y.push(...batch.y);
    }
    const reached = async (options: object) => {
      const model = await distributedFit(make(), shards, options);
      const value = await objective(model, x, y);
      model.dispose();
      return value;
    };
    const alone = await reached({ modules });
    const many = await withWorkers(2, () => reached({ connection: server.url, lease: 1000 }));
    expect(Math.abs(many - alone) / alone).toBeLessThan(1e-6);
    await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
  });

  it('names a shard that fails on every worker, or leaves it out', async () => {
    const shards = [...shardsOf('waves', [300, 300], { width })];
    shards.push({ ...shards[0], argument: { from: 600, count: 300, width, bad: true } });
    await withWorkers(2, async () => {
      const options = { connection: server.url, lease: 1000, retries: 1 };
      await expect(distributedFit(ridge(), shards, options)).rejects.toThrow(
        'In shard 2 (rows.waves({"from":600,"count":300,"width":8,"bad":true})): this part is damaged',
      );
      await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
      const skipped: [number, string][] = [];
      const many = await distributedFit(ridge(), shards, {
        ...{ ...options, onError: 'skip' },
        onSkip: (shard, message) => skipped.push([shard, message]),
      });
      expect(skipped).toEqual([[2, 'this part is damaged']]);
      const alone = await distributedFit(ridge(), shards.slice(0, 2), { modules });
      const [one, other] = [await weightsOf(many), await weightsOf(alone)];
      expect(Math.max(...one.map((value, i) => Math.abs(value - other[i])))).toBeLessThan(1e-6);
      many.dispose();
      alone.dispose();
    });
  });

  it('stops all workers when it is told to, and leaves nothing', async () => {
    const controller = new AbortController();
    const shards = shardsOf('waves', [5000, 5000, 5000], { width, slow: 20 });
    await withWorkers(2, async () => {
      const fit = distributedFit(ridge(), shards, {
        ...{ connection: server.url, lease: 1000, signal: controller.signal },
        onProgress: ({ workers }) => {
          if (workers > 1) controller.abort(new Error('enough'));
        },
      });
      await expect(fit).rejects.toThrow('enough');
      await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
    });
  });

  it('calls a function once for each argument', async () => {
    const calls = { module: 'rows', function: 'square', arguments: [1, 2, 3, 4, 5, 6, 7] };
    const expected = [1, 4, 9, 16, 25, 36, 49];
    expect(await distributedCalls(calls, { modules })).toEqual(expected);
    await withWorkers(3, async () => {
      const options = { connection: server.url, lease: 1000, retries: 1 };
      expect(await distributedCalls(calls, options)).toEqual(expected);
      const bad = { ...calls, arguments: [1, 'two', 3] };
      await expect(distributedCalls(bad, options)).rejects.toThrow('In call 1: not a number');
      const told = new Map<number, unknown>();
      const some = await distributedCalls(bad, {
        ...options,
        onError: 'skip',
        onResult: (result, call) => told.set(call, result),
      });
      expect(some).toEqual([1, undefined, 9]);
      expect([...told].sort()).toEqual([
        [0, 1],
        [2, 9],
      ]);
    });
    expect(await distributedCalls({ ...calls, arguments: [] })).toEqual([]);
    await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
  });

  it('goes by TLS', async () => {
    const { key, certificate } = selfSigned();
    const safe = await RedisServer.start(
      ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no'],
      'tls',
    );
    const connection = {
      host: '127.0.0.1',
      port: safe.port,
      tls: { ca: readFileSync(certificate) },
    };
    const worker = await startWorker({ connection, modules, lease: 1000 });
    const calls = { module: 'rows', function: 'square', arguments: [3] };
    expect(await distributedCalls(calls, { connection, lease: 1000 })).toEqual([9]);
    const stranger = distributedCalls(calls, { connection: { ...connection, tls: {} } });
    await expect(stranger).rejects.toThrow(/No Redis answers.*certificate/);
    await worker.close();
    await safe.stop();
  });

  it('says that nothing answers', async () => {
    const fit = distributedFit(ridge(), shardsOf('waves', [10]), {
      connection: 'redis://127.0.0.1:1',
    });
    await expect(fit).rejects.toThrow('No Redis answers at 127.0.0.1:1');
  });
});
