import * as tf from '@tensorflow/tfjs-core';
import '../index.ts';
import { beforeAll, expect, it } from 'vitest';
import { describeOnThreads } from '../fixtures/arbitraries.ts';

describeOnThreads('ManhattanDistances', () => {
  beforeAll(() => void tf.setBackend('simd'));

  it.each([
    [0, 3, 2],
    [3, 0, 2],
    [1, 1, 1],
    [5, 70, 9],
    [130, 1030, 40],
  ])('of %s and %s points of %s numbers', (n, m, d) => {
    tf.tidy(() => {
      const x = tf.randomUniform([n, d], -1, 1, 'float32', 1);
      const y = tf.randomUniform([m, d], -1, 1, 'float32', 2);
      const got = tf.engine().runKernel('ManhattanDistances', { x, y }) as tf.Tensor;
      expect(got.shape).toEqual([n, m]);
      const differences = tf.sub(tf.expandDims(x, 1), tf.expandDims(y, 0));
      const want = tf.sum(tf.abs(differences), 2).dataSync();
      const values = got.dataSync();
      for (let i = 0; i < n * m; i++) expect(Math.abs(values[i] - want[i])).toBeLessThan(1e-4);
    });
  });
});
