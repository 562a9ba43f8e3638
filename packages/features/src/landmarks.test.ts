import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussian } from './gaussian.ts';
import { chooseLandmarks } from './landmarks.ts';

const points = [0, 0.3, 0.5, 1.5, 4];
const kernel = gaussian({ scale: 1 });
const squares = points.map((a) => points.map((b) => 2 - 2 * Math.exp(-((a - b) ** 2) / 2)));

/** The odds of each set of `left` more points, by the definition: one after the other. */
function odds(
  left: number,
  chosen: number[] = [],
  probability = 1,
  sets = new Map<string, number>(),
) {
  if (left === 0) {
    const name = [...chosen].sort().join();
    return sets.set(name, (sets.get(name) ?? 0) + probability);
  }
  const weights = squares.map((row) => Math.min(...chosen.map((at) => row[at]), 1e9));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  weights.forEach((weight, i) => {
    if (weight > 0) odds(left - 1, [...chosen, i], (probability * weight) / total, sets);
  });
  return sets;
}

describe('chooseLandmarks', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  it('by k-means++ has the odds of drawing one after the other', async () => {
    const x = tf.tensor2d(points.map((value) => [value]));
    const draws = 1500;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < draws; seed++) {
      const search = { x, kernel, count: 3, random: createRandom(seed) };
      const name = [...(await chooseLandmarks('kmeans++', search))].sort().join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const expected = odds(3);
    expect(expected.size).toBe(10);
    for (const [name, p] of expected) {
      const error = Math.sqrt((p * (1 - p)) / draws);
      // 10 sets beyond 4.5 standard errors: 1 in 10,000, and the seeds are fixed.
      expect(Math.abs((counts.get(name) ?? 0) / draws - p)).toBeLessThan(4.5 * error);
    }
    x.dispose();
  });

  it.each(['uniform', 'kmeans++', 'leverage'] as const)(
    'takes different rows, even where all are equal: %s',
    async (method) => {
      const x = tf.ones([6, 2]) as tf.Tensor2D;
      for (const count of [1, 4, 6]) {
        const rows = await chooseLandmarks(method, { x, kernel, count, random: createRandom(1) });
        expect(new Set(rows).size).toBe(count);
        expect(Math.max(...rows)).toBeLessThan(6);
      }
      x.dispose();
    },
  );
});
