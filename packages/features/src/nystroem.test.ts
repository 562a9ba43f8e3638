import {
  describeFeatureMap,
  describeOnBackends,
  expectNoLeak,
  maxAbsDifference,
  pointsFor,
} from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussianKernel, nystroemOracle } from './fixtures/nystroem-oracle.ts';
import { nystroem } from './nystroem.ts';

for (const method of ['uniform', 'kmeans++', 'leverage'] as const) {
  describeFeatureMap(`nystroem, ${method}`, {
    create: (config) => nystroem({ ...config, outputDim: 12, landmarks: method }),
    inputDim: 4,
    outputDim: 12,
    oracle: nystroemOracle,
    tolerance: 1e-3,
    gradientTolerance: 1e-3,
    rowTolerance: 1e-4,
    hasTrainableWeight: false,
  });
}

describeOnBackends('nystroem', () => {
  const gramOf = (map: layers.Layer, x: tf.Tensor) =>
    tf.tidy(() => {
      const z = map.apply(x) as tf.Tensor2D;
      return tf.matMul(z, tf.transpose(z)).dataSync();
    });

  it.each(['uniform', 'kmeans++', 'leverage'] as const)(
    'is the kernel itself where all rows are landmarks: %s',
    async (landmarks) => {
      const n = 40;
      const rows = pointsFor(n, 3, 5);
      const map = nystroem({ outputDim: n, landmarks });
      const x = tf.tensor2d(rows, [n, 3]);
      await expectNoLeak(async () => {
        await map.fit(x);
        const row = (i: number) => rows.subarray(3 * i, 3 * i + 3);
        const exact = Array.from({ length: n * n }, (_, i) =>
          gaussianKernel(row(Math.floor(i / n)), row(i % n), Math.sqrt(1.5)),
        );
        expect(Math.max(...exact) - Math.min(...exact)).toBeGreaterThan(0.9);
        expect(maxAbsDifference(gramOf(map, x), exact)).toBeLessThan(2e-5);
        map.dispose();
      });
      x.dispose();
    },
  );

  it('takes rows that come many times', async () => {
    const rows = pointsFor(5, 3, 5);
    const x = tf.tidy(() => tf.tile(tf.tensor2d(rows, [5, 3]), [4, 1]));
    const map = nystroem({ outputDim: 20 });
    await map.fit(x);
    const gram = gramOf(map, x);
    expect(gram.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 20; j++) {
        const [a, b] = [i % 5, j % 5].map((k) => rows.subarray(3 * k, 3 * k + 3));
        expect(Math.abs(gram[i * 20 + j] - gaussianKernel(a, b, Math.sqrt(1.5)))).toBeLessThan(
          1e-4,
        );
      }
    }
    map.dispose();
    x.dispose();
  });
});

describe('nystroem', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  /** 300 rows in one heap, 20 far apart from it and from each other. */
  const clustered = () =>
    tf.tidy(() => {
      const heap = tf.mul(tf.tensor2d(pointsFor(300, 2, 1), [300, 2]), 0.05);
      const others = tf.tensor2d(Array.from({ length: 20 }, (_, i) => [5 + 2 * i, -5 * i]));
      return tf.concat([heap, others], 0) as tf.Tensor2D;
    });

  it.each(['kmeans++', 'leverage'] as const)(
    'finds the rows that others do not explain by %s',
    async (landmarks) => {
      const x = clustered();
      const far = async (method: 'uniform' | typeof landmarks) => {
        const map = nystroem({ outputDim: 30, landmarks: method, seed: 1 });
        await map.fit(x);
        const points = map.getWeights()[0].dataSync();
        map.dispose();
        return points.filter((value, i) => i % 2 === 0 && value > 4).length;
      };
      expect(await far('uniform')).toBeLessThan(9);
      expect(await far(landmarks)).toBeGreaterThan(12);
      x.dispose();
    },
  );

  it('comes nearer to the kernel with more landmarks', async () => {
    const n = 200;
    const x = tf.tensor2d(pointsFor(n, 4, 3), [n, 4]);
    const errors = [];
    for (const outputDim of [10, 40, 160]) {
      const map = nystroem({ outputDim, kernel: 'gaussian' });
      await map.fit(x);
      errors.push(
        tf.tidy(() => {
          const z = map.apply(x) as tf.Tensor2D;
          const products = Array.from(tf.sum(tf.square(z), 1).dataSync());
          return products.reduce((sum, value) => sum + Math.abs(1 - value), 0) / n;
        }),
      );
      map.dispose();
    }
    expect(errors[0]).toBeGreaterThan(0.1);
    expect(errors[1]).toBeLessThan(errors[0] / 2);
    expect(errors[2]).toBeLessThan(errors[1] / 4);
    x.dispose();
  });

  it('is a product with its projection, or with another', async () => {
    const map = nystroem({ outputDim: 9, seed: 2 });
    const x = tf.tensor2d(pointsFor(30, 3, 4), [30, 3]);
    const few = tf.slice(x, [0, 0], [4, 3]) as tf.Tensor2D;
    await map.fit(x);
    await expectNoLeak(() => {
      const next = tf.tensor2d(pointsFor(9, 2, 5), [9, 2]);
      const [once, twice] = tf.tidy(() => [
        map.applyProjected(few, tf.matMul(map.projection, next)).dataSync(),
        tf.matMul(map.apply(few) as tf.Tensor2D, next).dataSync(),
      ]);
      expect(maxAbsDifference(once, twice)).toBeLessThan(1e-5);
      next.dispose();
    });
    expect(() => nystroem({ outputDim: 9 }).applyProjected(few, map.projection)).toThrow('fitted');
    tf.dispose([x, few]);
    map.dispose();
  });

  it('goes by landmarks that are written into it after it was used', async () => {
    const x = tf.tensor2d(pointsFor(30, 3, 4), [30, 3]);
    const [map, other] = [1, 2].map((seed) => nystroem({ outputDim: 9, seed }));
    for (const one of [map, other]) await one.fit(x);
    const featuresOf = (one: typeof map) => tf.tidy(() => (one.apply(x) as tf.Tensor).dataSync());
    const [before, expected] = [featuresOf(map), featuresOf(other)];
    map.setWeights(other.getWeights());
    expect(featuresOf(map)).toEqual(expected);
    expect(maxAbsDifference(before, expected)).toBeGreaterThan(0.1);
    x.dispose();
    for (const one of [map, other]) one.dispose();
  });

  it('names what is wrong', async () => {
    expect(() => nystroem({ outputDim: 0 })).toThrow('`outputDim` must be a whole number');
    expect(() => nystroem({ outputDim: 2, kernel: 'none' })).toThrow('The kernel must be one of');
    expect(() => nystroem({ outputDim: 2, kernel: 3 as never })).toThrow(
      '`kernel` must be a kernel',
    );
    expect(() => nystroem({ outputDim: 2, landmarks: 'best' as never })).toThrow(
      "`landmarks` must be 'uniform' or 'kmeans++' or 'leverage'. Received: 'best'.",
    );
    const map = nystroem({ outputDim: 9 });
    const x = tf.ones([4, 2]);
    await expect(map.fit(x)).rejects.toThrow('`x` must have as many rows as `outputDim`, 9');
    x.dispose();
    map.dispose();
  });
});
