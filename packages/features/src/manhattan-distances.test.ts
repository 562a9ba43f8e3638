import { describeOnBackends, maxAbsDifference, pointsFor } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { manhattanDistances } from './index.ts';

const [n, m, d] = [7, 19, 5];
const [xs, ys] = [pointsFor(n, d, 1), pointsFor(m, d, 2)];
const difference = (i: number, j: number, k: number) => xs[i * d + k] - ys[j * d + k];
const dimensions = Array.from({ length: d }, (_, k) => k);

describeOnBackends('manhattanDistances', () => {
  it('are the sums of the sizes of all differences', () => {
    const got = tf.tidy(() => manhattanDistances(tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [m, d])));
    expect(got.shape).toEqual([n, m]);
    const expected = Array.from({ length: n * m }, (_, at) =>
      dimensions.reduce((sum, k) => sum + Math.abs(difference(Math.floor(at / m), at % m, k)), 0),
    );
    expect(maxAbsDifference(got.dataSync(), expected)).toBeLessThan(1e-5);
    got.dispose();
  });

  it('have the slopes of sums of signs, in both points', () => {
    const weights = pointsFor(n, m, 3);
    const [inX, inY] = tf.tidy(() => {
      const weight = tf.tensor2d(weights, [n, m]);
      const gradients = tf.grads((x, y) =>
        tf.sum(tf.mul(manhattanDistances(x as tf.Tensor2D, y as tf.Tensor2D), weight)),
      )([tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [m, d])]);
      return gradients.map((gradient) => gradient.dataSync().slice());
    });
    const slope = (i: number, j: number, k: number) =>
      weights[i * m + j] * Math.sign(difference(i, j, k));
    const sumOver = (count: number, term: (at: number) => number) =>
      Array.from({ length: count }, (_, at) => term(at)).reduce((a, b) => a + b, 0);
    const expectedX = Array.from({ length: n * d }, (_, at) =>
      sumOver(m, (j) => slope(Math.floor(at / d), j, at % d)),
    );
    const expectedY = Array.from({ length: m * d }, (_, at) =>
      sumOver(n, (i) => -slope(i, Math.floor(at / d), at % d)),
    );
    expect(maxAbsDifference(inX, expectedX)).toBeLessThan(1e-5);
    expect(maxAbsDifference(inY, expectedY)).toBeLessThan(1e-5);
  });

  it('have slopes of more points than are compared at once', () => {
    const [rows, columns] = [1200, 1000];
    const slopes = tf.tidy(() => {
      // Each x lies above `i` of the columns’ points, in one dimension.
      const x = tf.add(tf.range(0, rows), 0.5);
      const y = tf.reshape(tf.range(0, columns), [columns, 1]) as tf.Tensor2D;
      const sum = (points: tf.Tensor) =>
        tf.sum(manhattanDistances(tf.reshape(points, [rows, 1]) as tf.Tensor2D, y));
      return tf.grad(sum)(x).dataSync().slice();
    });
    for (let i = 0; i < rows; i++) {
      const below = Math.min(i + 1, columns);
      expect(slopes[i]).toBe(below - (columns - below));
    }
  });
});
