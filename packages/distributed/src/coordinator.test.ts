import '@kernel-methods/backend-simd';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KernelRidge } from '@kernel-methods/models';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { BadNetwork } from './fixtures/bad-network.ts';
import { counts } from './fixtures/coordinated.ts';
import { weightsOf } from './fixtures/head.ts';
import { hasRedis, RedisServer, whyNoRedis } from './fixtures/redis-server.ts';
import * as rows from './fixtures/rows.ts';
import { shardsOf } from './fixtures/shards.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';

const program = fileURLToPath(new URL('./fixtures/coordinator.ts', import.meta.url));
const ridge = () => new KernelRidge({ outputDim: 64, scale: 0.5, l2: 1e-2 });
const modules = { rows: { ...rows } };

describe.skipIf(!hasRedis)(`a fit that is interrupted${whyNoRedis}`, () => {
  let server: RedisServer;
  let workers: RunningWorker[];
  let expected: number[];
  beforeAll(async () => {
    server = await RedisServer.start();
    const options = { connection: server.url, modules, lease: 1000, sendEvery: 0.1 };
    workers = await Promise.all([startWorker(options), startWorker(options)]);
    const alone = await distributedFit(ridge(), shardsOf('waves', counts, { width: 8 }), {
      modules,
    });
    expected = await weightsOf(alone);
    alone.dispose();
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await server.stop();
  });
  const shards = shardsOf('waves', counts, { width: 8, slow: 30 });
  const expectRight = async (model: KernelRidge) => {
    const found = await weightsOf(model);
    const size = Math.hypot(...expected);
    expect(Math.hypot(...found.map((value, i) => value - expected[i])) / size).toBeLessThan(1e-6);
    expect(await server.keys()).toEqual([]);
    model.dispose();
  };

  it('goes on where it was, if its coordinator dies and comes back by its name', async () => {
    const coordinator = spawn(
      process.execPath,
      ['--conditions=@kernel-methods/source', program, server.url, 'night'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    for await (const chunk of coordinator.stdout) {
      text += String(chunk);
      if (/^train [1-9]/m.test(text)) break;
    }
    coordinator.kill('SIGKILL');
    const seen: string[] = [];
    const many = await distributedFit(ridge(), shards, {
      ...{ connection: server.url, name: 'night', lease: 1000 },
      onProgress: ({ phase, shardsDone }) => seen.push(`${phase} ${shardsDone}`),
    });
    // All that was done before is still there.
    expect(seen[0]).toBe(`features ${counts.length}`);
    expect(seen.find((line) => line.startsWith('train'))).not.toBe('train 0');
    await expectRight(many);
  });

  it('refuses a name that another fit has', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const endless = shardsOf('waves', counts, { width: 8, slow: 3000 });
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
    expect(await server.keys()).toEqual([]);
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
