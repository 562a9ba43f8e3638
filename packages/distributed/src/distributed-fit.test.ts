import '@kernel-methods/backend-simd';
import { KernelLogisticRegression, KernelModel, KernelRidge } from '@kernel-methods/models';
import { Table } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { distributedFit } from './distributed-fit.ts';
import { objective, weightsOf } from './fixtures/head.ts';
import * as rows from './fixtures/rows.ts';
import { shardsOf } from './fixtures/shards.ts';

const modules = { rows: { ...rows } };

async function whole(name: 'waves' | 'classes', count: number, more = {}) {
  const x: number[][] = [];
  const y: (number | string)[] = [];
  const sampleWeight: number[] = [];
  const batches = name === 'waves' ? rows.waves : rows.classes;
  for await (const batch of batches({ from: 0, count, ...more })) {
    x.push(...batch.x);
    y.push(...batch.y);
    sampleWeight.push(...(batch.sampleWeight ?? []));
  }
  return { x, y, sampleWeight: sampleWeight.length ? sampleWeight : undefined };
}

/** With 8 columns and this scale the features are nearly independent, so that no digits are lost. */
const ridge = (options = {}) =>
  new KernelRidge({ outputDim: 64, scale: 0.5, l2: 1e-2, ...options });
const width = 8;

describe('distributedFit in this process', () => {
  it.each([{ width }, { width, isWeighted: true }])('gives what fit gives, %o', async (more) => {
    const { x, y, sampleWeight } = await whole('waves', 900, more);
    const alone = ridge();
    await alone.fit(x, y as number[], { sampleWeight });
    const many = await distributedFit(ridge(), shardsOf('waves', [200, 1, 399, 300], more), {
      modules,
    });
    await expectSame(many, alone);
    many.dispose();
    alone.dispose();
  });

  it('learns the scale and the penalty from the rows that it draws, all if they are few', async () => {
    const { x, y } = await whole('waves', 900);
    const options = { scale: undefined, l2: undefined, standardize: true };
    const alone = ridge(options);
    await alone.fit(x, y as number[]);
    const many = await distributedFit(ridge(options), shardsOf('waves', [450, 450]), { modules });
    expect(many.settings.scale).toBe(alone.settings.scale);
    expect(many.settings.l2 / alone.settings.l2).toBeCloseTo(1, 6);
    // The features nearly depend on each other: rounding moves weights along what rows do not show.
    const [one, other] = [await many.score(x, y as number[]), await alone.score(x, y as number[])];
    expect(one).toBeCloseTo(other, 5);
    many.dispose();
    alone.dispose();
  });

  it('learns from a part of the rows, the same whatever the division into results', async () => {
    const sampleRows = 100;
    const shards = shardsOf('waves', [300, 300, 300]);
    const fit = () =>
      distributedFit(ridge({ scale: undefined, l2: 1e-6 }), shards, { modules, sampleRows });
    const [one, two] = [await fit(), await fit()];
    expect(two.settings.scale).toBe(one.settings.scale);
    const { x, y } = await whole('waves', 900);
    expect(await one.score(x, y as number[])).toBeGreaterThan(0.98);
    one.dispose();
    two.dispose();
  });

  it('takes tables with an encoder', async () => {
    const all = Table.fromRows(rows.tables({ from: 0, count: 300 })[0]);
    const alone = ridge({ scale: 1, outputDim: 16, l2: 0.1 });
    await alone.fit(all, 'price');
    const shards = shardsOf('tables', [100, 200]);
    const many = await distributedFit(ridge({ scale: 1, outputDim: 16, l2: 0.1 }), shards, {
      modules,
      target: 'price',
    });
    await expectSame(many, alone);
    const some = [...all.head(3)];
    expect(await many.predict(some)).toHaveLength(3);
    many.dispose();
    alone.dispose();
  });

  it.each(['squaredHinge', 'logistic', 'softmaxCrossEntropy'] as const)(
    'reaches the objective of fit by rounds with %s',
    async (loss) => {
      const { x, y } = await whole('classes', 900);
      const make = () =>
        new KernelLogisticRegression<string>({
          ...{ outputDim: 64, scale: 1, l2: 1e-4, loss, solver: 'newton' },
        });
      const alone = make();
      const { history } = await alone.fit(x, y as string[]);
      const ends: number[] = [];
      const many = await distributedFit(make(), shardsOf('classes', [400, 1, 499]), {
        modules,
        onEpochEnd: ({ loss: end }) => {
          ends.push(end);
        },
      });
      const [one, other] = [
        await objective(alone, x, y as string[]),
        await objective(many, x, y as string[]),
      ];
      expect(Math.abs(one - other) / one).toBeLessThan(1e-6);
      expect(ends.length).toBeLessThan(3 * history.length + 3);
      expect(many.classes).toEqual(['low', 'middle', 'top']);
      many.dispose();
      alone.dispose();
    },
  );

  it('takes rows that are far from 0, by rounds', async () => {
    const { x, y } = await whole('waves', 400);
    const features = (await import('@kernel-methods/features')).identity;
    const shifted = x.map((row) => row.map((value) => value + 1000));
    const make = () => new KernelRidge({ features: features(), l2: 1e-3, solver: 'newton' });
    const alone = make();
    await alone.fit(shifted, y as number[]);
    const far = { rows: { far: () => [{ x: shifted, y }] } };
    const shards = [{ module: 'rows', function: 'far' }];
    const many = await distributedFit(make(), shards, { modules: far });
    const [one, other] = [
      await alone.score(shifted, y as number[]),
      await many.score(shifted, y as number[]),
    ];
    expect(other).toBeCloseTo(one, 5);
    many.dispose();
    alone.dispose();
  });

  it('names a shard that fails, or leaves it out', async () => {
    const shards = [
      ...shardsOf('waves', [300, 300], { width }),
      { module: 'rows', function: 'waves', argument: { from: 600, count: 300, width, bad: true } },
    ];
    await expect(distributedFit(ridge(), shards, { modules })).rejects.toThrow(
      'In shard 2 (rows.waves({"from":600,"count":300,"width":8,"bad":true})): this part is damaged',
    );
    const skipped: [number, string][] = [];
    const many = await distributedFit(ridge(), shards, {
      ...{ modules, onError: 'skip' },
      onSkip: (shard, message) => skipped.push([shard, message]),
    });
    expect(skipped).toEqual([[2, 'this part is damaged']]);
    const { x, y } = await whole('waves', 600, { width });
    const alone = ridge();
    await alone.fit(x, y as number[]);
    await expectSame(many, alone);
    many.dispose();
    alone.dispose();
  });

  it('refuses what it cannot do, before any work', async () => {
    const shards = [{ module: 'other' }];
    await expect(distributedFit(ridge(), shards, { modules })).rejects.toThrow(
      '`module` must be one that this worker allows: rows. Received: "other".',
    );
    await expect(
      distributedFit(ridge(), [{ module: 'rows', function: 'toString' }], { modules }),
    ).rejects.toThrow('`function` must name an exported function of the module');
    await expect(distributedFit(ridge(), [], { modules })).rejects.toThrow(
      '`shards` must hold at least one shard. Received: none.',
    );
    await expect(distributedFit(ridge(), [{} as never], {})).rejects.toThrow(
      '`shards[0]` must have a `file` or a `module`, and not both. Received: {}.',
    );
    await expect(
      distributedFit(ridge({ solver: 'adam' }), shardsOf('waves', [10]), { modules }),
    ).rejects.toThrow("`solver` must be 'direct' or 'newton' for rows on other machines.");
    await expect(distributedFit(ridge(), shards, { onError: 'ignore' as never })).rejects.toThrow(
      '`onError` must be',
    );
    const several = new KernelModel({ task: 'quantiles', loss: 'pinball', solver: 'newton' });
    await expect(distributedFit(several, shards, { modules })).rejects.toThrow(
      /`task` must be one that other machines know, classification, multilabel, regression. Received: /,
    );
    const median = new KernelModel({ task: 'regression', loss: 'pinball', solver: 'newton' });
    await expect(distributedFit(median, shards, { modules })).rejects.toThrow(
      /`loss` must have a second derivative for rows on other machines, as .*huber.* have: take one of these, or fit to rows here. Received: pinball./,
    );
  });

  it('stops when it is told to, and leaves no tensor behind', async () => {
    const controller = new AbortController();
    const shards = shardsOf('waves', [300, 300]);
    await expectNoLeak(async () => {
      const many = await distributedFit(ridge(), shards, { modules });
      many.dispose();
      const options = {
        ...{ modules, signal: controller.signal },
        onProgress: ({ phase }: { phase: string }) => {
          if (phase === 'train') controller.abort(new Error('enough'));
        },
      };
      const stopped = ridge();
      await expect(distributedFit(stopped, shards, options)).rejects.toThrow('enough');
      stopped.dispose();
    });
  });
});

async function expectSame(many: KernelRidge, alone: KernelRidge): Promise<void> {
  const [one, other] = [await weightsOf(many), await weightsOf(alone)];
  const size = Math.hypot(...other);
  expect(Math.hypot(...one.map((value, i) => value - other[i])) / size).toBeLessThan(1e-6);
  expect(many.settings.l2).toBeCloseTo(alone.settings.l2, 10);
}
