import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { inverseRoot, meanDiagonal } from './inverse-root.ts';
import type { Kernel } from './kernel.ts';

export const landmarkMethods = ['uniform', 'kmeans++', 'leverage'] as const;
export type LandmarkMethod = (typeof landmarkMethods)[number];

interface Search {
  x: tf.Tensor2D;
  kernel: Kernel;
  count: number;
  random: Random;
  signal?: AbortSignal;
}

/** The numbers of `count` different rows of x to stand for all of them. */
export function chooseLandmarks(method: LandmarkMethod, search: Search): Promise<Int32Array> {
  return methods[method](search);
}

const methods = {
  /** Every row alike. */
  uniform: async ({ x, count, random }: Search) =>
    Int32Array.from(random.permutation(x.shape[0]).subarray(0, count)),

  /**
   * One after the other, each with odds that go with its squared distance, in the kernel's space,
   * to the nearest one so far. Oglic & Gärtner, "Nyström Method with Kernel K-means++ Samples as
   * Landmarks", ICML 2017.
   */
  'kmeans++': async ({ x, kernel, count, random, signal }: Search) => {
    const n = x.shape[0];
    const diagonal = await diagonalOf(kernel, x);
    const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    const chosen = Int32Array.of(random.integer(n), ...new Array(count - 1).fill(0));
    for (let i = 0; i < count; i++) {
      signal?.throwIfAborted();
      if (i > 0) chosen[i] = drawOne(nearest, random);
      const at = chosen[i];
      const k = await read(() => kernel.evaluate(x, tf.slice(x, [at, 0], [1, -1])));
      for (let row = 0; row < n; row++) {
        const distance = diagonal[row] + diagonal[at] - 2 * k[row];
        nearest[row] = Math.min(nearest[row], Math.max(distance, 0));
      }
      nearest[at] = -1; // Never again.
    }
    return chosen;
  },

  /**
   * With odds that go with each row's ridge leverage score: how little the others say of it. Scores
   * are those that a uniform sample gives, with the ridge that lets half of its size count. Alaoui &
   * Mahoney, "Fast Randomized Kernel Ridge Regression with Statistical Guarantees", NIPS 2015; Musco
   * & Musco, "Recursive Sampling for the Nyström Method", NIPS 2017.
   */
  leverage: async ({ x, kernel, count, random, signal }: Search) => {
    const sample = await methods.uniform({ x, kernel, count, random });
    const among = tf.tidy(() => tf.gather(x, tf.tensor1d(sample, 'int32')));
    try {
      const gram = await read(() => kernel.evaluate(among, among));
      let ridge = 1e-6 * meanDiagonal(gram, count);
      let root = await inverseRoot(gram, count, ridge);
      const effective = () => count - ridge * root.reduce((sum, value) => sum + value * value, 0);
      while (effective() > count / 2) {
        signal?.throwIfAborted();
        ridge *= 4;
        root = await inverseRoot(gram, count, ridge);
      }
      const projection = Float32Array.from(root);
      const explained = await read(() => {
        const features = tf.matMul(
          kernel.evaluate(x, among),
          tf.tensor2d(projection, [count, count]),
        );
        return tf.sum(tf.square(features), 1);
      });
      const diagonal = await diagonalOf(kernel, x);
      // The largest of −log(u) / weight, as drawing without replacement would have it: Efraimidis &
      // Spirakis, "Weighted random sampling with a reservoir", 2006.
      const keys = Float64Array.from(
        explained,
        (value, row) => -Math.log(1 - random.uniform()) / Math.max(diagonal[row] - value, 1e-12),
      );
      return Int32Array.from(keys.keys())
        .sort((a, b) => keys[a] - keys[b])
        .subarray(0, count);
    } finally {
      among.dispose();
    }
  },
};

/** One index, with odds that go with its weight; negative ones never. All 0: any that is not negative. */
function drawOne(weights: Float64Array, random: Random): number {
  const total = weights.reduce((sum, weight) => sum + Math.max(weight, 0), 0);
  const odds =
    total > 0 ? (weight: number) => Math.max(weight, 0) : (weight: number) => +(weight >= 0);
  let left = random.uniform() * weights.reduce((sum, weight) => sum + odds(weight), 0);
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = odds(weights[i]);
    if (weight === 0) continue;
    last = i;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/** K(x, x) of each row. */
async function diagonalOf(kernel: Kernel, x: tf.Tensor2D): Promise<Float32Array> {
  const [n, step] = [x.shape[0], 128];
  return read(() =>
    tf.concat(
      Array.from({ length: Math.ceil(n / step) }, (_, i) =>
        tf.tidy(() => {
          const count = Math.min(step, n - i * step);
          const block = tf.slice(x, [i * step, 0], [count, -1]);
          return tf.sum(tf.mul(kernel.evaluate(block, block), tf.eye(count)), 1) as tf.Tensor1D;
        }),
      ),
    ),
  );
}

async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  const values = await tensor.data();
  tensor.dispose();
  return values as Float32Array;
}
