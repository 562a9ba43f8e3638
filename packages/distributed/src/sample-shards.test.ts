import '@kernel-methods/backend-simd';
import { KernelRidge } from '@kernel-methods/models';
import { Table } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { hasRedis, RedisServer } from './fixtures/redis-server.ts';
import * as rows from './fixtures/rows.ts';
import { shardsOf } from './fixtures/shards.ts';
import { sampleShards } from './sample-shards.ts';
import { startWorker } from './start-worker.ts';

const numbered = ({ from, count }: { from: number; count: number }) => [
  {
    x: Array.from({ length: count }, (_, i) => [from + i]),
    y: Array.from({ length: count }, (_, i) => 2 * (from + i)),
  },
];
const modules = { rows: { ...rows, numbered } };
const numbersOf = (x: unknown) => Array.from((x as { data: Float32Array }).data);

describe('sampleShards', () => {
  it('draws rows of all shards, however these are divided, each as often', async () => {
    const drawn = async (seed: number) => {
      const sample = await sampleShards(shardsOf('numbered', [10, 50, 40]), {
        ...{ modules, seed, sampleRows: 20 },
      });
      expect(sample.rows).toBe(100);
      expect(sample.weight).toBe(100);
      const numbers = numbersOf(sample.x);
      expect(new Set(numbers).size).toBe(20);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(sample.y).toEqual(numbers.map((value) => 2 * value));
      return numbers;
    };
    expect(await drawn(3)).toEqual(await drawn(3));
    const counts = [0, 0, 0];
    const rounds = 60;
    for (let seed = 0; seed < rounds; seed++) {
      for (const row of await drawn(seed)) counts[row < 10 ? 0 : row < 60 ? 1 : 2]++;
    }
    [10, 50, 40].forEach((size, i) => {
      const share = size / 100;
      // Rows of one draw exclude each other, so that this is more than the standard error.
      const error = Math.sqrt(20 * rounds * share * (1 - share));
      expect(Math.abs(counts[i] - 20 * rounds * share)).toBeLessThan(4 * error);
    });
  });

  it('is the sample from which the map of a fit learns', async () => {
    const shards = shardsOf('waves', [300, 300], { width: 3 });
    const { x, y } = await sampleShards(shards, { modules, sampleRows: 80, seed: 5 });
    const make = () => new KernelRidge({ outputDim: 32, seed: 5, l2: 1e-3, standardize: true });
    const here = make();
    await here.fit(x as never, y as number[]);
    const many = await distributedFit(make(), shards, { modules, sampleRows: 80 });
    expect(many.settings.scale).toBe(here.settings.scale);
    here.dispose();
    many.dispose();
  });

  it('knows classes and tables', async () => {
    const { classes } = await sampleShards(shardsOf('classes', [200, 200]), {
      ...{ modules, task: 'classification', sampleRows: 5 },
    });
    expect(classes).toEqual(['low', 'middle', 'top']);
    const {
      x,
      y,
      classes: none,
    } = await sampleShards(shardsOf('tables', [30, 30]), {
      ...{ modules, target: 'price', sampleRows: 10 },
    });
    expect(x).toBeInstanceOf(Table);
    expect((x as unknown as Table).rows).toBe(10);
    expect(y).toHaveLength(10);
    expect(none).toBeUndefined();
  });

  it('names what is wrong, stops when told to, and leaves no tensor behind', async () => {
    const shards = shardsOf('waves', [100]);
    await expect(sampleShards(shards, { task: 'other' as never })).rejects.toThrow(
      '`task` must be',
    );
    await expect(sampleShards(shards, { sampleRows: 0 })).rejects.toThrow('`sampleRows` must be');
    await expect(sampleShards(shards, { more: 1 } as never)).rejects.toThrow('more');
    const bad = shardsOf('waves', [300], { bad: true });
    await expect(sampleShards(bad, { modules })).rejects.toThrow('In shard 0 (rows.waves(');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(sampleShards(shards, { modules, signal })).rejects.toThrow('enough');
    await expectNoLeak(async () => {
      await sampleShards(shards, { modules });
    });
  });

  it.skipIf(!hasRedis)('draws the same rows on other machines', async () => {
    const server = await RedisServer.start();
    const worker = { connection: server.url, modules: { rows: { ...rows } }, lease: 1000 };
    const workers = await Promise.all([startWorker(worker), startWorker(worker)]);
    const shards = shardsOf('waves', [200, 100, 300]);
    const common = { sampleRows: 50, seed: 2 };
    const { x, y } = await sampleShards(shards, { connection: server.url, lease: 1000, ...common });
    await expect.poll(() => server.keys(), { timeout: 5000 }).toEqual([]);
    const here = await sampleShards(shards, { modules, ...common });
    expect(numbersOf(x)).toEqual(numbersOf(here.x));
    expect(y).toEqual(here.y);
    await Promise.all(workers.map((one) => one.close()));
    await server.stop();
  });
});
