import '@kernel-methods/backend-simd';
import { setTimeout as delay } from 'node:timers/promises';
import { KernelLogisticRegression, KernelRidge } from '@kernel-methods/models';
import { createRandom } from '@kernel-methods/random';
import { laneSeed, tellLane } from '@kernel-methods/test-utils/lanes';
import { describe, expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { BadNetwork } from './fixtures/bad-network.ts';
import { weightsOf } from './fixtures/head.ts';
import { hasRedis, RedisServer, whyNoRedis } from './fixtures/redis-server.ts';
import * as rows from './fixtures/rows.ts';
import { shardsOf } from './fixtures/shards.ts';
import { WorkerProcess } from './fixtures/worker-process.ts';

/** Kills of workers and restarts of Redis. At night: KERNEL_METHODS_CHAOS=50,5 */
const [kills, restarts] = (process.env.KERNEL_METHODS_CHAOS ?? '2,1').split(',').map(Number);
const modules = { rows: { ...rows } };
const counts = [300, 1, 450, 200, 350, 100, 250, 300, 150, 400];

const ridge = () => new KernelRidge({ outputDim: 64, scale: 0.5, l2: 1e-2 });
const logistic = () =>
  new KernelLogisticRegression<string>({
    ...{ outputDim: 32, scale: 1, l2: 1e-2, solver: 'newton' },
  });

describe.skipIf(!hasRedis)(`fits while everything fails${whyNoRedis}`, () => {
  it(`are right after ${kills} kills of workers and ${restarts} restarts of Redis`, {
    timeout: 60_000 + 20_000 * kills,
  }, async () => {
    const { uniform, integer } = createRandom(laneSeed());
    const server = await RedisServer.start();
    const network = await BadNetwork.open(server.port, () => 30 * uniform() ** 4);
    // One of them is far away.
    const start = (i: number) =>
      new WorkerProcess(i === 0 ? network.url : server.url, ['--send-every', '0.5']);
    const workers = [0, 1, 2].map(start);
    const done = { kills: 0, restarts: 0, freezes: 0, fits: 0 };
    let isOver = false;
    const chaos = async () => {
      while (!isOver && done.kills < kills) {
        await delay(100 + 500 * uniform());
        const i = integer(workers.length);
        if (uniform() < 0.15) {
          workers[i].freeze();
          await delay(1500 * uniform());
          workers[i].thaw();
          done.freezes++;
        }
        await workers[i].end('SIGKILL');
        done.kills++;
        workers[i] = start(i);
        if (uniform() < 0.2) network.break();
        if (done.restarts < restarts && done.kills * restarts >= done.restarts * kills) {
          await server.restart();
          done.restarts++;
        }
      }
    };
    const expected = await expectations();
    const running = chaos();
    try {
      do {
        const isRidge = done.fits % 2 === 0;
        const { model, shards, weights, tolerance } = isRidge ? expected.ridge : expected.logistic;
        // One that begins while there is no Redis says so, and has begun nothing.
        const many = await distributedFit<KernelRidge>(model() as never, shards, {
          ...{ connection: network.url, lease: 1000, retries: 20 },
        }).catch((error: Error) => {
          if (error.message.startsWith('No Redis answers')) return undefined;
          throw error;
        });
        if (many === undefined) continue;
        expect(distance(await weightsOf(many), weights)).toBeLessThan(tolerance);
        many.dispose();
        done.fits++;
        await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
      } while (done.kills < kills || done.fits < 2);
      await running;
      expect(done.kills).toBe(kills);
      expect(done.restarts).toBe(restarts);
    } finally {
      isOver = true;
      await running.catch(() => {});
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      await network.close();
      await server.stop();
    }
    tellLane('fits while everything fails', done, laneSeed());
  });
});

/** What one process gives; a shard more changes it far more than the tolerance. */
async function expectations() {
  const of = async (
    model: () => KernelRidge | KernelLogisticRegression<string>,
    name: string,
    tolerance: number,
  ) => {
    const shards = shardsOf(name, counts, { width: 8, slow: 20 });
    const quick = shardsOf(name, counts, { width: 8 });
    const fit = async (some: typeof shards) => {
      const alone = await distributedFit(model() as KernelRidge, some, { modules });
      const weights = await weightsOf(alone);
      alone.dispose();
      return weights;
    };
    const weights = await fit(quick);
    const [smallest] = quick.filter((_, i) => counts[i] === 100);
    expect(distance(await fit([...quick, smallest]), weights)).toBeGreaterThan(100 * tolerance);
    return { model, shards, weights, tolerance };
  };
  return { ridge: await of(ridge, 'waves', 1e-6), logistic: await of(logistic, 'classes', 1e-4) };
}

const distance = (one: readonly number[], other: readonly number[]) =>
  Math.hypot(...one.map((value, i) => value - other[i])) / Math.hypot(...other);
