import '@kernel-methods/backend-simd';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { KernelRidge } from '@kernel-methods/models';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { BadNetwork } from './fixtures/bad-network.ts';
import { coordinated } from './fixtures/coordinated.ts';
import { weightsOf } from './fixtures/head.ts';
import { hasRedis, RedisServer, whyNoRedis } from './fixtures/redis-server.ts';
import * as rows from './fixtures/rows.ts';
import { shardsOf } from './fixtures/shards.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';

const program = fileURLToPath(new URL('./fixtures/coordinator.ts', import.meta.url));
const { make: ridge, shards: shardsOfPass } = coordinated.pass;
const rounds = coordinated.rounds;
const modules = { rows: { ...rows } };

describe.skipIf(!hasRedis)(`a fit that is interrupted${whyNoRedis}`, () => {
  let server: RedisServer;
  let workers: RunningWorker[];
  let expected: number[];
  let expectedOfRounds: number[];
  beforeAll(async () => {
    server = await RedisServer.start();
    const options = { connection: server.url, modules, lease: 1000, sendEvery: 0.1 };
    workers = await Promise.all([startWorker(options), startWorker(options)]);
    expected = await weightsAlone(ridge(), shardsOfPass());
    expectedOfRounds = await weightsAlone(rounds.make(), rounds.shards());
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await server.stop();
  });
  const weightsAlone = async (model: KernelRidge, all: ReturnType<typeof shardsOfPass>) => {
    const alone = await distributedFit(model, all, { modules });
    const weights = await weightsOf(alone);
    alone.dispose();
    return weights;
  };
  const shards = shardsOfPass({ slow: 30 });
  const expectRight = async (model: KernelRidge, weights = expected, tolerance = 1e-6) => {
    const found = await weightsOf(model);
    const size = Math.hypot(...weights);
    const away = Math.hypot(...found.map((value, i) => value - weights[i]));
    expect(away / size).toBeLessThan(tolerance);
    await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
    model.dispose();
  };

  /** Kills a coordinator once it has printed what is awaited. */
  async function killed(
    name: string,
    kind: keyof typeof coordinated,
    awaited: RegExp,
    { url = server.url, grace = 60_000 } = {},
  ) {
    const coordinator = spawn(
      process.execPath,
      ['--conditions=@kernel-methods/source', program, url, name, kind, String(grace)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    for await (const chunk of coordinator.stdout) {
      text += String(chunk);
      if (awaited.test(text)) break;
    }
    coordinator.kill('SIGKILL');
    expect(text).not.toContain('done');
  }

  it('goes on where it was, if its coordinator dies and comes back by its name', async () => {
    await killed('night', 'pass', /^train [1-9]/m);
    expect(await server.keys()).not.toEqual([]);
    const seen: string[] = [];
    const many = await distributedFit(ridge(), shards, {
      ...{ connection: server.url, name: 'night', lease: 1000 },
      onProgress: ({ phase, shardsDone }) => seen.push(`${phase} ${shardsDone}`),
    });
    // All that was done before is still there.
    expect(seen[0]).toBe(`features ${shards.length}`);
    expect(seen.find((line) => line.startsWith('train'))).not.toBe('train 0');
    await expectRight(many);
  });

  it('goes on in the middle of rounds, too', async () => {
    await killed('rounds', 'rounds', /^epoch 2$/m);
    const seen: string[] = [];
    const many = await distributedFit(rounds.make(), rounds.shards({ slow: 30 }), {
      ...{ connection: server.url, name: 'rounds', lease: 1000 },
      onProgress: ({ phase, shardsDone }) => seen.push(`${phase} ${shardsDone}`),
    });
    // Rows were counted and drawn before.
    expect(seen[0]).toBe(`features ${shards.length}`);
    await expectRight(many, expectedOfRounds, 1e-4);
  });

  it('survives a seat that is lost in the middle of rounds, without a second try of a shard', async () => {
    const redis = new Redis(server.url);
    const some = shardsOf('classes', [100, 100, 100], { width: 8, slow: 600 });
    const weights = await weightsAlone(rounds.make(), some);
    let lost = 0;
    const many = await distributedFit(rounds.make(), some, {
      ...{ connection: server.url, name: 'unseated', lease: 1000, retries: 0, workers: 1 },
      onProgress({ phase, shardsDone }) {
        // The worker keeps one shard with its features, and reads the next, for longer than it is silent.
        if (phase !== 'train' || shardsDone !== 1 || lost > 0) return;
        lost++;
        void redis.unlink('kernel-methods:{unseated}:seats');
      },
    });
    expect(lost).toBe(1);
    redis.disconnect();
    await expectRight(many, weights, 1e-4);
  });

  it('ends by itself, if its coordinator dies and does not come back', async () => {
    await killed('lost', 'pass', /^train [1-9]/m, { grace: 1500 });
    expect(await server.keys()).not.toEqual([]);
    await expect.poll(() => server.keys(), { timeout: 10_000 }).toEqual([]);
    // The workers are free for others.
    await expectRight(await distributedFit(ridge(), shards, { connection: server.url }));
  });

  it('ends by itself, with its seats, where no worker listens', async () => {
    const empty = await RedisServer.start();
    await killed('alone', 'pass', /^features 0/m, { url: empty.url, grace: 1000 });
    expect(await empty.keys()).toEqual(
      expect.arrayContaining(['kernel-methods:fits:wait', 'kernel-methods:{alone}:fit']),
    );
    await expect.poll(() => empty.keys(), { timeout: 10_000 }).toEqual([]);
    await empty.stop();
  });

  it('outlives its time of grace while its coordinator lives', async () => {
    const many = await distributedFit(ridge(), shardsOfPass({ slow: 150 }), {
      ...{ connection: server.url, name: 'slow', lease: 300, grace: 300 },
    });
    await expectRight(many);
  });

  it('refuses a name that another fit has', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const endless = shardsOfPass({ slow: 3000 });
    const options = { connection: server.url, name: 'taken', lease: 300 };
    const first = distributedFit(ridge(), endless, { ...options, signal });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(distributedFit(ridge(), endless, options)).rejects.toThrow(
      "Another process is at the fit 'taken'.",
    );
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    const redis = new Redis(server.url);
    await redis.hset('kernel-methods:{old}:fit', 'fingerprint', 'other');
    await expect(distributedFit(ridge(), shards, { ...options, name: 'old' })).rejects.toThrow(
      "A fit of the name 'old' is under way with other shards or options.",
    );
    expect(await redis.unlink('kernel-methods:{old}:fit')).toBe(1);
    redis.disconnect();
    await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
  });

  it('survives lost connections', async () => {
    const network = await BadNetwork.open(server.port, () => 1);
    const timer = setInterval(() => network.break(), 150);
    const many = await distributedFit(ridge(), shards, { connection: network.url, lease: 1000 });
    clearInterval(timer);
    await network.close();
    await expectRight(many);
  });

  it('asks for a password, and keeps it out of its errors', async () => {
    const safe = await RedisServer.start(['--requirepass', 'secret']);
    const open = `redis://:secret@127.0.0.1:${safe.port}`;
    const worker = await startWorker({ connection: open, modules, lease: 1000 });
    const some = shardsOf('waves', [50, 50], { width: 8 });
    const model = await distributedFit(ridge(), some, { connection: open, lease: 1000 });
    model.dispose();
    const wrong = distributedFit(ridge(), some, {
      connection: `redis://:guess@127.0.0.1:${safe.port}`,
    });
    await expect(wrong).rejects.toThrow(/^(?!.*guess).*(WRONGPASS|NOAUTH|invalid)/);
    await worker.close();
    await safe.stop();
  });
});
