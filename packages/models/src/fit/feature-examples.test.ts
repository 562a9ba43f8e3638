import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import { getSimd, SimdMemoryError } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { arraySource } from '../data/row-source.ts';
import type { FeatureMap } from '../network/network.ts';
import { countOf, type Numerics, type Picked } from '../numerics/numerics.ts';
import { simdNumerics } from '../numerics/simd-numerics.ts';
import { featureExamples } from './feature-examples.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

// More rows than a chunk has.
const [rows, width, units] = [1500, 2, 2];
const values = Float32Array.from({ length: rows }, (_, i) => i);
const prepared = {
  x: arraySource(values, [rows, 1]),
  targets: Float32Array.from({ length: rows * units }, (_, i) => i),
  units,
  weights: Float32Array.from(values, (i) => i % 3),
};
const never = new AbortController().signal;

/** A map from i to [i, i + 1/2] that counts the rows it maps. */
function counting() {
  const counts = { rows: 0 };
  const map: FeatureMap = {
    layers: [],
    width,
    together: 300,
    isTrainable: false,
    applySparse: (rows) => rows,
    apply: (rows) => {
      const block = rows as tf.Tensor;
      counts.rows += block.shape[0];
      return tf.tidy(() => tf.concat([block, tf.add(block, 0.5)], 1)) as tf.Tensor2D;
    },
  };
  return { map, counts };
}

const list = (picked: Picked) =>
  picked instanceof Int32Array
    ? Array.from(picked)
    : Array.from({ length: picked.count }, (_, i) => picked.from + i);

/** All rows as a solver gets them: features, targets, weight. */
async function read(numerics: Numerics, budget: number, passes = 1, batchSize?: number) {
  const { map, counts } = counting();
  const examples = featureExamples(map, prepared, { numerics, signal: never, budget });
  const seen: number[][] = [];
  const sizes: number[] = [];
  try {
    for (let pass = 0; pass < passes; pass++) {
      const random = batchSize ? createRandom(1).stream(`${pass}`) : undefined;
      seen.length = 0;
      sizes.length = 0;
      for await (const { z, picked, targets, weights } of examples.chunks({ random, batchSize })) {
        const data = await numerics.read(z);
        sizes.push(countOf(picked));
        for (const [i, at] of list(picked).entries()) {
          const features = data.subarray(at * width, (at + 1) * width);
          const target = targets.subarray(i * units, (i + 1) * units);
          seen.push([...features, ...target, weights?.[i] as number]);
        }
      }
    }
    return { seen, sizes, mapped: counts.rows, kept: examples.kept, weight: examples.weight };
  } finally {
    examples.dispose();
  }
}

const all = Array.from({ length: rows }, (_, i) => [i, i + 0.5, 2 * i, 2 * i + 1, i % 3]);
const full = 4 * rows * width;
const blocks = () => getSimd().memory().blocks;

describe.each([undefined, 64])('rows in order, or in batches of %s', (batchSize) => {
  it.each([
    ['kept within the budget', full, true],
    ['computed again one byte below', full - 1, false],
    ['computed again', 0, false],
  ])('%s', async (_, budget, kept) => {
    const numerics = simdNumerics();
    const before = blocks();
    const found = await expectNoLeak(() => read(numerics, budget, 2, batchSize));
    expect(found.kept).toBe(kept);
    expect(found.mapped).toBe(kept ? rows : 2 * rows);
    expect(found.weight).toBe(prepared.weights.reduce((sum, weight) => sum + weight, 0));
    const ordered = [...found.seen].sort(([a], [b]) => a - b);
    expect(ordered).toEqual(all);
    if (batchSize === undefined) expect(found.seen).toEqual(all);
    else {
      // The order does not depend on where the features are.
      expect(found.seen).not.toEqual(all);
      expect(found.seen).toEqual((await read(numerics, full, 2, batchSize)).seen);
      for (const size of found.sizes.slice(0, -1)) expect(size % batchSize).toBe(0);
    }
    expect(blocks()).toBe(before);
  });
});

it('computes again where memory does not suffice, and passes other errors on', async () => {
  const numerics = simdNumerics();
  const scarce = (error: Error): Numerics => ({
    ...numerics,
    empty(count, columns) {
      if (count === rows) throw error;
      return numerics.empty(count, columns);
    },
  });
  const found = await read(scarce(new SimdMemoryError('full')), full, 2);
  expect([found.kept, found.mapped]).toEqual([false, 2 * rows]);
  expect(found.seen).toEqual(all);
  await expect(read(scarce(new Error('other')), full)).rejects.toThrow('other');
});

it('takes a larger batch than a chunk, after a smaller', async () => {
  const numerics = simdNumerics();
  const { map } = counting();
  const before = blocks();
  const examples = featureExamples(map, prepared, { numerics, signal: never, budget: 0 });
  for (const batchSize of [1, 1200]) {
    const random = createRandom(1);
    let seen = 0;
    for await (const { picked } of examples.chunks({ random, batchSize })) seen += countOf(picked);
    expect(seen).toBe(rows);
  }
  examples.dispose();
  examples.dispose();
  expect(blocks()).toBe(before);
});

it('hears the signal, fills what is left later, and tells how far it is', async () => {
  for (const budget of [full, 0]) {
    const numerics = simdNumerics();
    const { map, counts } = counting();
    const controller = new AbortController();
    const done: number[] = [];
    const onRows = (row: number) => {
      done.push(row);
      controller.abort(new Error('enough'));
    };
    const { signal } = controller;
    const examples = featureExamples(map, prepared, { numerics, signal, budget, onRows });
    if (budget === 0) controller.abort(new Error('enough'));
    await expect(
      expectNoLeak(async () => {
        for await (const _ of examples.chunks()) expect(budget).toBe(-1);
      }),
    ).rejects.toThrow('enough');
    expect(counts.rows).toBe(budget ? 832 : map.together);
    expect(done).toEqual(budget ? [832] : []);
    examples.dispose();
  }
});

it('frees the block where a map fails', async () => {
  const numerics = simdNumerics();
  const map = {
    ...counting().map,
    apply: () => {
      throw new Error('no map');
    },
  };
  const examples = featureExamples(map, prepared, { numerics, signal: never, budget: full });
  await expect(
    expectNoLeak(async () => {
      for await (const _ of examples.chunks());
    }),
  ).rejects.toThrow('no map');
  examples.dispose();
});
